"""The log: everything that analysts change, as events that are only ever added.

`event` is the event and its digest, `timeline` the order that everybody agrees on, `log` what is known of it
at one moment, `fold` what the events make together, `coding` the rows that are in force, `registers` and
`conflicts` what was changed at once and differently.
"""
