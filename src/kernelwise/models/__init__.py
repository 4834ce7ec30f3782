"""Networks of the course, mostly pairs of twins: one written in Keras, one in PyTorch, proven equal.

`catalogue` has the facts of each network. `keras_nets` and `torch_nets` build them, with one file a problem
and `layers` for what several networks share. `twins` copies the weights of one into the other, `files` writes
and reads them. Nothing is imported here, so that neither framework is loaded before it is needed.

A new network is an entry of the catalogue, and a function in the file of its problem in each framework that
the entry names; the tests walk the catalogue.
"""
