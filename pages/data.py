"""Your data: draw or open pictures of your own, and teach a network your symbols."""

from cnnplay.data import augmentation
from cnnplay.ui.lab_widgets import sources
from cnnplay.ui.navigation import enter
from cnnplay.ui.own_data.page import own_data
from cnnplay.ui.widgets import head

enter()

head("Your data", "Teach a network to tell your own symbols or pictures apart: draw a few of each, train, and try it.")
own_data()
sources("How one picture becomes many.", augmentation.moved)
