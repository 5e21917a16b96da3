"""Checks of settings, database, folders, connections and jobs. Each is a function that returns one finding.

Checks of other rooms are modules named `health` there. `exchange/doctor.py` lists all.
"""
