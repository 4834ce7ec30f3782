"""Where student code runs: a fresh process that sees nothing, reaches nobody and has little to spend.

`syscalls` speaks to the kernel, `filesystem` builds what can be seen, `landlock` and `filters` say what can
be done, `limits` how much of it, and `rungs` puts them together for the kind of machine that this is.
"""
