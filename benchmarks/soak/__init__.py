"""`make soak`: random hands on the whole running app, and what must hold after everything they do.

plan        how long, how many visitors, how often they act
soak        the whole: visitors, faults, what is seen of the process; a replay
world       what all share: the server, its observer, the weather, the failures
server      the app's server with an observer of all runs
visitor     a visitor on a simulated tab, and what must hold after each act
acts        what such a visitor does, a row for each kind
page        a simulated tab that knows what its page shows
transfer    files up and down
chromium    a visitor in a real Chromium, and what must hold after each act
clicks      what such a visitor does, a row for each kind
choices     what random hands choose
invariants  what must hold, as functions of what was seen
deserved    which red boxes have a reason
faults      what goes wrong around the app, a row for each fault
proxy       the line between a visitor and the server: slow, or cut
trace       what was done, and its shortest tail that fails again
report      failures with their traces, and the table
"""
