"""Architecture: the network as volumes, its shape table, what sharing weights saves, and its text."""

from cnnplay.errors import PlaygroundError
from cnnplay.ui import choice
from cnnplay.ui.architecture.shape_table import shape_table
from cnnplay.ui.architecture.sharing import sharing
from cnnplay.ui.architecture.text_form import text_form
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, picture, show_error

enter()

head("Architecture", "How large is each layer, and why? One formula gives every size; here it has your numbers.")
try:
    network = choice.network()
except PlaygroundError as error:
    show_error(error, "architecture_fix")
else:
    picture(network)
    shape_table(network)
    sharing(network)
text_form()
