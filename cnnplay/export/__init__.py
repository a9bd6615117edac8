"""What leaves the playground. Read it in this order.

tables       the shape table as CSV and Markdown
code         the network as a script: FRAMEWORKS, with a module `in_...` for each; `source` has what they share
weights      a run as a safetensors file, and back
drawing      the pictures of the lesson, of arrays, by matplotlib
lesson       its chapters: words, code, pictures, questions
notebook     the lesson as a notebook; `webpage` as a page
figures      some of the pictures as files
bundle       all of it in one zip
"""
