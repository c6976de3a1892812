"""The project's folder: plain text that git can diff and merge, written all or nothing.

Layout, format version 1 (docs/format has it file by file)::

    project.json              format version and name
    coders.jsonl              a line for each coder
    codebook.yaml             the codebook as it stands, for reading and editing
    history.jsonl             a line for each revision; the truth about the codebook
    documents/index.jsonl     a line for each document: variables, cases, checksum
    documents/ID.txt          the text, exactly
    cases.jsonl               a line for each case
    assignments/CODER.jsonl   a line for each assignment made or retracted by one coder
    memos/CODER.jsonl         a line for each memo by one coder
    verdicts/CODER.jsonl      a line for each suggestion that one coder accepted, rejected or edited
    .qualcode/                lock, journal and cache; never shared, can be deleted
"""
