"""Networks of the course, each as a pair of twins: one written in Keras, one in PyTorch, proven equal.

`keras_nets` and `torch_nets` have the same functions; `twins` copies the weights of one into the other.
Nothing is imported here, so that neither framework is loaded before it is needed.
"""
