"""`make benchmark`: cnnplay side by side with PyTorch, Keras and plain nnx.Conv, on two Pythons where there are two.

settings    what to measure, and how thoroughly
peers       the same training in four frameworks, a module each
worker      one framework in its own process
pressure    a process that copies large arrays beside it
conduct     starts the workers and sends them commands
measure     the measurements: settings and workers -> results as JSON
rows        results -> rows with their targets
table       rows -> the table
picture     results -> the picture
traffic     operations and bytes of a training step, from the compiled program
"""
