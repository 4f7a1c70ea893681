"""The part of AWS that the local environment needs and moto lacks.

moto answers most calls; each module here puts one service right where moto
departs from what AWS documents. A module patches moto in its install(), which
main.py calls before the first request; nothing is patched at import.

Behaviour is AWS's, never bent to what our functions happen to expect. What a
test or a demo needs besides (an empty stock, a lost answer, a slow boot) is
asked for at /slipway/..., see control.py.
"""
