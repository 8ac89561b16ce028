"""What reading and writing files safely takes, whatever is in them: locks, drafts, ownership, plain files, sizes, seals.

Two kinds of files pass through here: those that users name, and those that programs look for themselves, such as machine code
that was kept, checkpoints and secrets. For the first, nothing may be lost: a file appears whole or not at all (`atomic`), by
way of a draft that dies with its writer (`drafts`, `locks`), and a small file cannot fill the memory (`sizes`). For the second,
somebody else may have filled the folder: a link is not followed and a pipe not waited for (`plain`), machine code is loaded
only from where nobody else can write (`ownership`), and a result is believed only under the user's own seal (`seal`).

Nothing here knows a format. Read `atomic` first.
"""
