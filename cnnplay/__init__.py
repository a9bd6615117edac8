"""cnnplay: what a convolutional neural network computes. Read it in this order.

arithmetic     where windows stand and how many fit: every size comes from here
convolution    conv2d; `lowering` has how it is computed       } `reference` has both as plain loops:
pooling        pool2d; `kinds` has the table of its kinds      } the lesson, and the oracle of the tests
layers         the layers, each with its shapes and its sums
fitting        which layers fit on which, and what mends those that do not
text           a network's text: conv6k2-relu-max2-flatten-dense10
architecture   Architecture: layers that fit, their shape table, the presets
blocks         the sidebar's way to write a network
model          the Flax network of an Architecture
data           MNIST
pictures       what filters slide over: patterns, digits, uploads; `kernels` has filters with a name
signals        functions of one variable
lessons        what the labs show, as arrays
handwriting    what a network receives of a drawing; `photo` makes one of a photo
settings       TrainConfig, optimizers, schedules
history        what happened: every step, every epoch
training       Trainer: advance, evaluate, snapshot, restore; `programs` has what it compiles
inspection     what a network makes of an image and why, what it looks for, what a filter is worth
limits         what one process gives its visitors at most
runs           a run, and what a page may know of it
turns          whose turn it is; `visits` who is here and what they are told, `keeping` what is kept of runs
worker         the thread that trains them in turn; `memory` gives back what compiled programs took
engine         runs that train in the background: start, pause, resume, step, stop, reset
link           network and settings as a link
figures        arrays to pictures
export         what is taken home: code, weights, the lesson as a notebook and as a page
ui             everything that knows Streamlit
"""
