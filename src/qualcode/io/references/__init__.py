"""Bibliographic records from files: what databases and reference managers export, read and written."""
