"""What the memory image holds already imported, because programs use it often."""

import ast, base64, bisect, calendar, collections, copy, csv, dataclasses, datetime, decimal, enum, fractions, functools
import glob, hashlib, heapq, html, inspect, io, itertools, json, linecache, math, operator, os, pathlib, pickle, random, re
import shutil, statistics, string, struct, sys, tempfile, textwrap, time, traceback, typing, unicodedata, uuid, zipfile

import playbill_packages
import playbill_runner
