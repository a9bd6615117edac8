"""`make benchmark`: cnnplay side by side with PyTorch, Keras and plain nnx.Conv.

settings    what is measured, and how thoroughly
peers       the same training in four frameworks, a module each
worker      one of them in a process of its own
conduct     starts workers, lets them take turns
measure     the measurements: settings and workers -> results, which are plain JSON
rows        results -> rows with their targets
table       rows -> the table
picture     results -> the picture
"""
