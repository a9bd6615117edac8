"""`make load`: many visitors at once, on a real server over real connections.

plan        how many visitors, for how long, and what they do
tab         a simulated browser tab: Streamlit's protocol over a websocket
visits      what visitors do with their tabs
observer    answers questions about the process that serves the app
server      the app with an observer of its sessions and trainings
cluster     a Dask cluster beside it, where it is to train there
slow        a slower machine
process     the server's process: start, query, end
measure     the phases: cold starts, the crowd, short visits, closed tabs
rows        results -> rows with their targets, and the table
"""
