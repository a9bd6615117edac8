"""`make load`: many visitors at once on a real server, over real connections.

plan        how many visitors, for how long, and what they do
tab         a browser tab: Streamlit's protocol over a websocket
visits      what visitors do with their tabs
server      the app's server with an observer beside it, a process of its own
process     such a process: started, asked, ended
measure     the phases: cold starts, the crowd, those who pass by, the tabs that are freed
rows        results -> rows with their targets, and the table
"""
