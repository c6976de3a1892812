"""The project's folder: plain text that git can diff and merge, written all or nothing.

Layout, format version 2 (docs/format has it file by file)::

    project.json                  format version and the project's id
    log/AUTHOR.COPY.jsonl         what one author did in one copy of the project: a line for each event, and
                                  one for each row of coding, above the event that seals it; the truth
    heads/AUTHOR.COPY.json        the newest event of each log that was seen when that file was saved
    texts/ID.SHA256.txt           a version of a text, exactly; the name has the first eight digits
    documents/ID.SHA256.txt       the versions in force, for reading and editing; made from texts/
    codebook.yaml                 the codebook as it stands, for reading and editing; made from the log
    .qualcode/                    lock, journal, notes and cache; never shared, can be deleted

Who does what:

- `reading`: from the folder to a log. `logfile` reads one file, `chains` checks each event against the one
  before, `heads` that no end is missing, `siblings` finds rows that two copies sealed, `cache` saves time.
- `writing`: from a log to the folder. `copies` says which files this copy may add to, `journal` writes all or
  nothing, `locking` lets one process write at a time, `recording` is what it needs to know of a project.
- `texts`: the versions of texts. `text_views`: the texts in force, which people may edit.
- `view`: the codebook's file. `rows`: rows of coding as lines. `layout`: names. `lines`: bytes.
- `checking`: everything that is wrong. `migrating` and `format1`: folders of format 1.
"""
