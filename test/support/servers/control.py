# What the server scripts share: what the test configures, what they print for it, and what it tells them.
#
# Printed, each on a line of its own: "listening PORT", "login METHOD", "keys" (a key exchange is done).
# Told, each on a line of standard input: "drop" (end every session without a word), "rekey" (renew the keys of each
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
