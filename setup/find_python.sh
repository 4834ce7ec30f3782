#!/usr/bin/env bash
# Print the Python that the environment is made with, or say why there is none.
#
#     setup/find_python.sh VENV [PYTHON]
#
# That is the one in the folder VENV where it is whole, so that a set-up goes on where it stopped; else PYTHON where
# it is given; else the first of 3.11 to 3.13 that can make environments. The system's own come first: an environment
# made with a Python from a private home directory serves no other user.
set -u
venv=$1 wanted=${2:-}

# VERSION of a CPython, such as 3.12, or nothing.
version() {
  "$1" -c 'import sys; sys.implementation.name == "cpython" and print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}
fits() { case $1 in 3.11 | 3.12 | 3.13) true ;; *) false ;; esac; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
whole() { "$1" -c 'import pip, sys; sys.exit(sys.prefix == sys.base_prefix)' 2>/dev/null; }
uv="with uv (https://docs.astral.sh/uv), which needs no administrator: uv venv --seed --managed-python --python 3.12 $venv"

present=$([ -x "$venv/bin/python" ] && version "$venv/bin/python")
if fits "$present" && whole "$venv/bin/python"; then
  if [ -z "$wanted" ] || [ "$(version "$wanted")" = "$present" ]; then
    echo "$venv/bin/python"
    exit
  fi
fi

if [ -n "$wanted" ]; then
  candidates=("$wanted")
else
  candidates=(/usr/bin/python3 /usr/bin/python3.{13,12,11} python3 python3.{13,12,11} python)
fi
found=() bare=
for candidate in "${candidates[@]}"; do
  path=$(command -v "$candidate") || continue
  number=$(version "$path")
  if [ -z "$number" ]; then
    continue # a name without a program behind it, as pyenv has them
  elif ! fits "$number"; then
    case " ${found[*]-} " in *"($number)"*) ;; *) found+=("$path ($number)") ;; esac
  elif has_venv "$path"; then
    echo "$path"
    exit
  else
    bare=${bare:-$path}
  fi
done

if [ -n "$bare" ]; then
  package=python$(version "$bare")-venv
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $package …" >&2
    {
      apt-get -o DPkg::Lock::Timeout=300 update -qq
      DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq "$package"
    } >/dev/null 2>&1
    if has_venv "$bare"; then
      echo "$bare"
      exit
    fi
  fi
  echo "make: $bare cannot make environments; install $package (sudo apt-get install $package), or make one $uv" >&2
elif [ -n "$wanted" ]; then
  is=$(version "$wanted")
  echo "make: Python 3.11, 3.12 or 3.13 is needed, and PYTHON=$wanted is ${is:-none}; give make another, or make an environment $uv" >&2
else
  only=${found[*]+"only ${found[*]}"}
  echo "make: Python 3.11, 3.12 or 3.13 is needed, and there is ${only:-none}; install python3 and python3-venv of a system that has one of these, or make an environment $uv" >&2
fi
exit 1
