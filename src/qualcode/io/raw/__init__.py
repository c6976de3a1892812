"""Bytes of files from people one does not know: encodings found, archives and XML kept within bounds."""
