"""Documents from files: what a folder, a file or a table holds becomes texts with their structure."""
