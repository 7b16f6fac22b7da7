# What the server scripts share: their configuration, what they print for the test, and the commands that they read.
#
# Printed, each on a line of its own: "listening PORT", "login METHOD", "keys" (a completed key exchange).
# Read from standard input, each on a line: "drop" (end every session without a message), "rekey" (rekey every
# session). When standard input ends, the test has ended, and so does the script.
import json
import os
import sys
import threading

config = json.loads(sys.argv[1])


def say(*words):
    os.write(1, (' '.join(str(word) for word in words) + '\n').encode())


def obey(commands):
    def read():
        for line in sys.stdin:
            commands[line.strip()]()
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
