"""Reference implementations of the course, one module a topic: plain numpy, images as (n, c, h, w).

Import the module that you need, `from kernelwise import convolution`. Nothing is imported here: the package
is cheap to import, and a sandbox that holds only some of its modules can still use those.
"""
