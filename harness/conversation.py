# ---------------------------------------------------------------------------------------------
# How it is played. Everything below is the same in every such program: it knows no case.
#
# Each connection has a thread that notes what comes and one that writes what is queued; the
# main thread walks the steps and judges what has come. Nothing is inferred from silence but
# silence itself, and FIN and RST are told apart.

import argparse
import collections
import re
import select
import socket
import struct
import sys
import threading
import time
import traceback

REPLY_BOUND = 3.0  # Seconds that an answer is waited for,
CLOSE_BOUND = 2.0  # and the end of a connection.
EARLY_TOLERANCE = 0.010
LATE_TOLERANCE = 2.0  # Of declared times: many servers keep clocks of whole seconds.
SLOW_TIME = 0.3
PROTOCOL = "connspec-echo"
TOKEN = "kscript"

NEWS = threading.Condition(threading.RLock())  # All that is noted is noted under this lock.
VALUES = {}  # What stands for {host}, {a} and so on.
TIMES = {}  # Those that are times, in seconds.
ANSWERS = {}  # Right answers to {a}, {b}, {c}: status and content, or None where it varies.
UNCHECKED = []  # What this program could not look at.
OPTIONS = None
BEGAN = time.monotonic()
OVER = False  # What comes then is not shown any more.


def fill(text, n=1):
    """The bytes of a text in which {name} stands for a value; {{ and }} are braces."""

    def value(match):
        whole = match.group(0)
        if whole in ("{{", "}}"):
            return whole[0]
        return str(n) if whole == "{n}" else VALUES[whole[1:-1]]

    return re.sub(r"\{\{|\}\}|\{[a-z0-9-]+\}", value, text).encode("latin-1")


def seconds(span):
    """5ms, 2s, or a time that the command line gives: {idle}."""
    if span.startswith("{"):
        return TIMES[span[1:-1]]
    return float(span[:-2]) / 1000 if span.endswith("ms") else float(span[:-1])


def not_checked(what):
    if what not in UNCHECKED:
        UNCHECKED.append(what)


# --- What is shown


def escaped(data):
    marks = {13: "\\r", 10: "\\n", 9: "\\t", 0: "\\0", 92: "\\\\"}
    return "".join(
        marks.get(b) or (chr(b) if 32 <= b < 127 else "\\x%02x" % b) for b in bytes(data)
    )


def show(lane, text, at=None):
    with NEWS:
        if OVER:
            return
        at = time.monotonic() if at is None else at
        print("%9.1f  %-8s %s" % ((at - BEGAN) * 1000, lane, text), flush=True)


def show_bytes(lane, mark, data, at):
    """Lines that end in CRLF as `>` or `<` rows, other bytes as `>>` or `<<` rows."""
    with NEWS:
        most, rows = 40, []
        lines = bytes(data).split(b"\r\n")
        rows += ["%s %s" % (mark, escaped(line[:200])) for line in lines[: min(most, len(lines) - 1)]]
        if lines[-1] and len(lines) <= most:
            rows.append("%s %s" % (2 * mark, escaped(lines[-1][:200])))
        if len(lines) > most or len(lines[-1]) > 200:
            rows.append("%s ... %d bytes in all" % (2 * mark, len(data)))
        for i, row in enumerate(rows):
            if i == 0 or OVER:
                show(lane, row.rstrip(), at)
            else:
                print("%9s  %-8s %s" % ("", "", row.rstrip()), flush=True)


# --- One connection


class Connection:
    """Notes all that comes, in the background, and writes what is queued, in its order."""

    def __init__(self, name, sock=None, window=None, late_acks=False, port=None):
        self.name = name
        self.received = bytearray()
        self.arrivals = []  # (time, how many bytes had come by then)
        self.sent = bytearray()
        self.opened = self.fin = self.rst = self.refused = None
        self.last_write = 0.0
        self.queue = collections.deque()
        self.held = None
        self.reading = True
        self.late_acks = late_acks
        self.ended_by_us = False
        self.messages = {}
        self.on_change = lambda: None
        self.segments_at_write = 0
        self.writing = False
        self.wake, self.waker = socket.socketpair()
        self.sock = sock or self.connect(window, port)
        self.local_port = None
        if self.sock is None:
            return
        self.local_port = self.sock.getsockname()[1]
        self.opened = time.monotonic()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        if sock is None:
            ends = [self.sock.getsockname(), self.sock.getpeername()]
            show(name, "* %s:%d to %s:%d" % (ends[0][:2] + ends[1][:2]))
        self.reader = threading.Thread(target=self.read_all, daemon=True)
        self.reader.start()
        threading.Thread(target=self.write_all, daemon=True).start()

    def connect(self, window, port):
        at = socket.getaddrinfo(OPTIONS.host, OPTIONS.port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(at[0], socket.SOCK_STREAM)
        if window:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        try:
            if port:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind(("", port))
            sock.settimeout(REPLY_BOUND * OPTIONS.patience)
            sock.connect(at[4])
            return sock
        except OSError as error:
            self.opened = self.refused = self.rst = time.monotonic()
            show(self.name, "* no connection: %s" % error)
            return None

    # Reading

    def read_all(self):
        poll = select.poll()
        poll.register(self.wake, select.POLLIN)
        while not self.rst and not self.ended_by_us:
            wanted = 0 if self.fin or not self.reading else select.POLLIN
            poll.register(self.sock, wanted)
            events = dict(poll.poll(1000))
            if events.pop(self.wake.fileno(), 0):
                self.wake.recv(100)
            if not events or (self.ended_by_us and not self.fin and self.ended_by_us != "read"):
                continue
            self.look(events.get(self.sock.fileno(), 0))
            if self.fin and not self.rst:
                poll.modify(self.sock, 0)
                if events.get(self.sock.fileno(), 0) & select.POLLHUP:
                    # Both sides have ended; what may come still is an RST.
                    dict(poll.poll(50)) and time.sleep(0.01)

    def look(self, events):
        with NEWS:
            try:
                if not self.fin and self.reading:
                    data = self.sock.recv(1 << 18)
                    now = time.monotonic()
                    if data:
                        self.received += data
                        self.arrivals.append((now, len(self.received)))
                        show_bytes(self.name, "<", data, now)
                        if not self.late_acks and hasattr(socket, "TCP_QUICKACK"):
                            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                    else:
                        self.fin = now
                        show(self.name, "< end by FIN", now)
                elif events & select.POLLERR:
                    self.was_reset()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self.was_reset()
            self.on_change()
            NEWS.notify_all()

    def was_reset(self):
        if not self.rst:
            self.rst = time.monotonic()
            show(self.name, "< end by RST", self.rst)

    def ended(self):
        return bool(self.fin or self.rst)

    def segments(self):
        """Segments with content that have come, as Linux counts them; None elsewhere."""
        try:
            info = self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
            return struct.unpack_from("I", info, 152)[0]
        except (OSError, AttributeError, struct.error):
            return None

    def has_to_write(self):
        """Whether something is on its way out; what is held back is not."""
        return bool(self.queue or self.writing) and self.held != 0 and not self.rst

    def all_taken(self):
        """Whether the peer's kernel has acknowledged all that was written; None: unknown."""
        if self.has_to_write():
            return False
        try:
            import fcntl
            import termios

            left = fcntl.ioctl(self.sock, termios.TIOCOUTQ, b"\0\0\0\0")
            return struct.unpack("I", left)[0] == 0
        except (OSError, ImportError):
            return None

    # Writing

    def enqueue(self, what, value=None):
        with NEWS:
            if self.sock is None or (self.ended_by_us and what != "release"):
                return
            if what == "release":
                self.held = None
                self.queue = collections.deque(q for q in self.queue if q[0] != "hold")
            elif what == "hold" and self.held is not None:
                self.held = value
            else:
                self.queue.append((what, value))
            NEWS.notify_all()

    def write_all(self):
        every, size = 0.0, 0
        while True:
            with NEWS:
                while not self.queue:
                    NEWS.wait()
                what, value = self.queue.popleft()
                self.writing = True
                if what == "hold":
                    self.held = value
            if what == "slice":
                size, every = value
            elif what == "gather":
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            elif what == "write":
                self.send(value, size, every)
            elif what in ("half-close", "close", "reset"):
                self.end(what)
            with NEWS:
                self.writing = False
                NEWS.notify_all()
                if self.ended_by_us:
                    return

    def send(self, data, size, every):
        first, due, since = True, time.monotonic(), None
        while data and not self.rst:
            with NEWS:
                act_behind = any(q[0] in ("half-close", "close", "reset") for q in self.queue)
                while self.held == 0 and not act_behind and not self.rst:
                    NEWS.wait()
                    act_behind = any(q[0] in ("half-close", "close", "reset") for q in self.queue)
                if self.held == 0 and act_behind:
                    return  # Held bytes are dropped by the act behind them.
                piece = data[: min(x for x in (size or len(data), self.held or len(data)))]
                try:
                    now = time.monotonic()
                    if first and self.arrivals:
                        self.segments_at_write = self.segments() or 0
                    count = self.sock.send(piece)
                except (BlockingIOError, InterruptedError):
                    count = 0
                except OSError:
                    self.queue.clear()
                    return  # The end that the reader sees says why.
                if count:
                    if first:
                        self.last_write = now
                    self.sent += data[:count]
                    if self.held is not None:
                        self.held -= count
                    show_bytes(self.name, ">", data[:count], now)
                    data, first, since = data[count:], False, None
            if not count:
                since = since or time.monotonic()
                if act_behind and time.monotonic() - since > REPLY_BOUND:
                    return  # The peer takes nothing: not for ever.
                poll = select.poll()
                poll.register(self.sock, select.POLLOUT)
                poll.poll(50)
            elif size and every and data:
                due = max(due + every, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))

    def end(self, how):
        try:
            if how == "half-close":
                self.sock.shutdown(socket.SHUT_WR)
                return
            if how == "close" and not self.reading:
                with NEWS:
                    self.reading = True
                self.look(0)
            self.ended_by_us = True
            if how == "close":
                self.sock.shutdown(socket.SHUT_RDWR)
            self.waker.send(b"x")
            self.reader.join(1)
            if how == "reset":
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.sock.close()
        except OSError:
            pass  # It had ended by itself.

    def read_again(self):
        with NEWS:
            self.reading = True
        self.waker.send(b"x")

    def stop_reading(self):
        with NEWS:
            self.reading = False
        self.waker.send(b"x")


# --- Messages


class Message:
    """A request or response that begins at some byte, read as far as it has come."""

    def __init__(self, begin, to):
        self.begin, self.to = begin, to
        self.state = "nothing"  # head, content, whole, cut, malformed
        self.fault = ""
        self.method, self.target, self.version, self.status = "", "", 0, 0
        self.fields, self.trailers = [], []
        self.framing, self.content = "none", b""
        self.head_end = self.end = 0
        self.raw = b""
        self.at = begin  # How far the content has been read.
        self.pieces = []

    def is_interim(self):
        return self.to != "request" and self.status // 100 == 1 and self.status != 101

    def persists(self):
        if self.framing == "end" or member(self.fields, "Connection", "close"):
            return False
        return self.version >= 11 or member(self.fields, "Connection", "keep-alive")

    def __str__(self):
        line = escaped(self.raw.split(b"\r\n")[0][:100])
        return {"cut": "cut short: ", "malformed": self.fault + ": "}.get(self.state, "") + line


def values_of(fields, name):
    return [value for key, value in fields if key.lower() == name.lower()]


def member(fields, name, wanted):
    members = [m.strip(" \t").lower() for v in values_of(fields, name) for m in v.split(",")]
    return wanted.lower() in members


def read_message(connection, begin, to):
    """The message at a byte; `to` is request, or what a response answers: GET, HEAD, CONNECT."""
    key = (begin, to)
    message = connection.messages.setdefault(key, Message(begin, to))
    if message.state in ("whole", "cut", "malformed"):
        return message
    data = connection.received
    if len(data) > begin and message.state == "nothing":
        message.state = "head"
    if message.state == "head":
        read_head(message, data)
    if message.state == "content":
        try:
            read_content(message, data)
        except ValueError as error:
            message.state, message.fault = "malformed", str(error)
    if connection.ended() and message.state in ("head", "content"):
        if message.framing == "end" and message.state == "content" and connection.fin:
            message.state, message.end = "whole", len(data)
        else:
            message.state = "cut"
    return message


def read_head(message, data):
    start = bytes(data[message.begin : message.begin + 5])
    if message.to != "request" and not b"HTTP/".startswith(start[:5]):
        message.state, message.fault = "malformed", "this does not begin as a message does"
        return
    end = re.compile(rb"\r?\n\r?\n").search(data, message.begin)
    if not end:
        if len(data) - message.begin > 256000:
            message.state, message.fault = "malformed", "the head is endless"
        return
    message.raw = bytes(data[message.begin : end.end()])
    message.head_end = message.at = end.end()
    try:
        split_head(message)
        message.state = "content"
        frame(message)
    except ValueError as error:
        message.state, message.fault = "malformed", str(error)


def split_head(message):
    if not message.raw.endswith(b"\r\n\r\n") or re.search(rb"(?<!\r)\n", message.raw):
        raise ValueError("a line does not end in CRLF")
    text = message.raw[:-4].decode("latin-1")
    text = re.sub(r"\r\n[ \t]+", " ", text)  # A fold; the facts about form look at the raw head.
    lines = text.split("\r\n")
    if message.to == "request":
        start = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.([01])", lines[0])
        if not start:
            raise ValueError("not a request line")
        message.method, message.target = start.group(1), start.group(2)
        message.version = 10 + int(start.group(3))
    else:
        start = re.fullmatch(r"HTTP/1\.([01]) ([0-9]{3})( [^\x00-\x08\x0a-\x1f\x7f]*)?", lines[0])
        if not start:
            raise ValueError("not a status line")
        message.version, message.status = 10 + int(start.group(1)), int(start.group(2))
    for line in lines[1:]:
        field = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00-\x08\x0a-\x1f\x7f]*)", line)
        if not field:
            raise ValueError("not a field line: " + escaped(line.encode("latin-1")))
        message.fields.append((field.group(1), field.group(2).strip(" \t")))


def frame(message):
    codings = values_of(message.fields, "Transfer-Encoding")
    lengths = [v.strip() for l in values_of(message.fields, "Content-Length") for v in l.split(",")]
    success = message.to == "CONNECT" and message.status // 100 == 2
    if message.to != "request" and (
        message.to == "HEAD" or success or message.status // 100 == 1
        or message.status in (204, 304)
    ):
        message.framing = "none"
    elif codings and codings[-1].split(",")[-1].strip().lower() == "chunked":
        message.framing = "chunks"
    elif codings and message.to == "request":
        raise ValueError("Transfer-Encoding is not valid")
    elif lengths and not codings:
        if len(set(lengths)) > 1 or not re.fullmatch("[0-9]+", lengths[0]):
            raise ValueError("Content-Length is not valid")
        message.framing, message.length = "length", int(lengths[0])
    else:
        message.framing = "none" if message.to == "request" else "end"
    if message.framing == "none":
        message.state, message.end = "whole", message.head_end


def read_content(message, data):
    if message.framing == "length":
        message.content = bytes(data[message.head_end : message.head_end + message.length])
        if len(message.content) == message.length:
            message.state, message.end = "whole", message.head_end + message.length
    elif message.framing == "end":
        message.content = bytes(data[message.head_end :])
    else:
        while read_chunk(message, data):
            pass
        message.content = b"".join(message.pieces)


def read_chunk(message, data):
    """One chunk, if all of it has come; of the last one also its trailers."""
    line = data.find(b"\r\n", message.at)
    size = bytes(data[message.at : line if line >= 0 else len(data)])
    if line < 0:
        if size and not re.match(rb"[0-9A-Fa-f]+", size):
            raise ValueError("a chunk is not valid")
        return False
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,16}[ \t]*(;[^\r\n]*)?", size):
        raise ValueError("a chunk is not valid")
    count = int(re.match(rb"[0-9A-Fa-f]+", size).group(), 16)
    if count:
        if len(data) < line + 2 + count + 2:
            return False
        if data[line + 2 + count : line + 4 + count] != b"\r\n":
            raise ValueError("a chunk is not valid")
        message.pieces.append(bytes(data[line + 2 : line + 2 + count]))
        message.at = line + 4 + count
        return True
    end = line if data[line + 2 : line + 4] == b"\r\n" else data.find(b"\r\n\r\n", line + 2)
    if end < 0:
        return False
    for trailer in bytes(data[line + 2 : end]).decode("latin-1").split("\r\n"):
        name, colon, value = trailer.partition(":")
        if colon:
            message.trailers.append((name, value.strip()))
    message.state, message.end = "whole", end + 4
    return False


# --- What is expected: things, and facts about them


class Thing:
    def __init__(self, kind, text, facts, **more):
        self.kind, self.text, self.facts = kind, text, list(facts)
        self.__dict__.update(more)


def response(text, status=None, target=None, to="GET", facts=()):
    return Thing("response", text, facts, status=status, target=target, to=to)


def interim(text, status=None, facts=()):
    return Thing("interim", text, facts, status=status)


def request(text, target, method=None, facts=()):
    return Thing("request", text, facts, target=target, method=method)


def head(text, status=None, target=None, method=None, facts=()):
    return Thing("head", text, facts, status=status, target=target, method=method)


def exactly(text, wanted, facts=()):
    return Thing("bytes", text, facts, wanted=wanted, count=0)


def so_many(text, count, facts=()):
    return Thing("bytes", text, facts, wanted=None, count=count)


def connection(text, facts=()):
    return Thing("connection", text, facts)


def end(text, by=None, facts=()):
    return Thing("end", text, facts, by=by)


def silence(text, span, facts=()):
    return Thing("silence", text, facts, span=span)


def taken(text, facts=()):
    return Thing("taken", text, facts)


# A fact is a function of a message and of where it came: None where it holds, else what was seen.


def shown_field(m, name):
    found = values_of(m.fields, name)
    return "%s: %s" % (name, ", ".join(found)) if found else "no " + name


def says(option):
    return lambda m, at: (
        None if member(m.fields, "Connection", option) else shown_field(m, "Connection")
    )


def says_no(option):
    return lambda m, at: (
        shown_field(m, "Connection") if member(m.fields, "Connection", option) else None
    )


def has(name):
    return lambda m, at: None if values_of(m.fields, name) else "no " + name


def has_value(name, value):
    return lambda m, at: (
        None
        if fill(value, at.n).decode("latin-1") in values_of(m.fields, name)
        else shown_field(m, name)
    )


def has_member(name, value):
    return lambda m, at: (
        None
        if member(m.fields, name, fill(value, at.n).decode("latin-1"))
        else shown_field(m, name)
    )


def has_starting(name, value):
    return lambda m, at: (
        None
        if values_of(m.fields, name)
        and ", ".join(values_of(m.fields, name)).startswith(fill(value, at.n).decode("latin-1"))
        else shown_field(m, name)
    )


def lacks(name):
    return lambda m, at: shown_field(m, name) if values_of(m.fields, name) else None


def lacks_member(name, value):
    return lambda m, at: (
        shown_field(m, name)
        if member(m.fields, name, fill(value, at.n).decode("latin-1"))
        else None
    )


def trailer_has(name):
    return lambda m, at: None if values_of(m.trailers, name) else "no trailer " + name


def trailer_lacks(name):
    return lambda m, at: "the trailer " + name if values_of(m.trailers, name) else None


def body(wanted):
    return lambda m, at: (
        None
        if m.content == fill(wanted, at.n)
        else "%d bytes, %s" % (len(m.content), escaped(m.content[:60]))
    )


def size(count):
    return lambda m, at: (
        None if len(m.content) == count else "%d bytes of content" % len(m.content)
    )


def cut_short():
    def check(m, at):
        return None if m.state == "cut" else "a whole message"

    check.cut = True
    return check


def framed_by(framing):
    def check(m, at):
        lengths = len(values_of(m.fields, "Content-Length"))
        codings = len(values_of(m.fields, "Transfer-Encoding"))
        alone = lengths == (framing == "length") and codings == (framing == "chunks")
        return None if m.framing == framing and alone else "framed by " + m.framing

    return check


def version(number):
    return lambda m, at: None if m.version == number else "HTTP/%.1f" % (m.version / 10)


def no_interim():
    return lambda m, at: "an interim response before it" if at.interims else None


def fresh_connection():
    return lambda m, at: None if at.fresh else "a connection that carried requests before"


def connection_of(lane):
    return lambda m, at: (
        None if at.play.lane(lane).connection is at.connection else "another connection"
    )


def not_connection_of(lane):
    return lambda m, at: (
        "the same connection" if at.play.lane(lane).connection is at.connection else None
    )


def no_stall():
    def check(m, at):
        before = None
        for moment, so_far in at.connection.arrivals:
            if so_far <= m.begin:
                continue
            if before and moment - before >= 0.030:
                return "a gap of %.1f ms" % ((moment - before) * 1000)
            if so_far >= (m.end or len(at.connection.received)):
                break
            before = moment
        return None

    return check


def at_most_segments(most):
    def check(m, at):
        count = at.connection.segments()
        if count is None:
            return not_checked("how many segments a response took: this system does not tell")
        count -= at.connection.segments_at_write
        return None if count <= most else "%d segments" % count

    return check


def one(name):
    return lambda m, at: (
        None
        if len(values_of(m.fields, name)) == 1
        else "%d lines of %s" % (len(values_of(m.fields, name)), name)
    )


def same_length():
    def check(m, at):
        before = [
            x for x in at.connection.messages.values()
            if x.state == "whole" and x.to == "GET" and x.framing != "none" and x.end <= m.begin
        ]
        if not before:
            return "no response with content before it"
        wanted = len(max(before, key=lambda x: x.end).content)
        told = values_of(m.fields, "Content-Length")
        length = int(told[0]) if told else len(m.content) if m.framing != "none" else wanted
        return None if length == wanted else "a length of %d, not %d" % (length, wanted)

    return check


def odd_line(m):
    """A field whose value does not fit its grammar."""
    token = r"[!#$%&'*+.^_`|~0-9A-Za-z-]*"
    shapes = {"content-length": r"[0-9]+", "connection": token + r"([ \t]*,[ \t]*" + token + ")*"}
    for name, value in m.fields:
        if not re.fullmatch(shapes.get(name.lower(), "(?s).*"), value):
            return "%s: %s" % (name, value)
    return None


def form(what):
    def check(m, at):
        head, lines = m.raw[:-4], m.raw[:-4].split(b"\r\n")
        if what == "no bare CR":
            return "a bare CR" if re.search(rb"\r(?!\n)", head) else None
        if what == "no fold":
            return "a folded line" if re.search(rb"\n[ \t]", head) else None
        if what == "no leading blank":
            return "a blank before the first field" if re.match(rb"[^\n]*\n[ \t]", head) else None
        if what == "status line complete":
            return None if re.match(rb"HTTP/1\.[01] [0-9]{3} ", lines[0]) else escaped(lines[0])
        if what == "chunked once":
            codings = ",".join(values_of(m.fields, "Transfer-Encoding")).lower()
            return codings if len(re.findall(r"\bchunked\b", codings)) > 1 else None
        if what == "head well formed":
            return m.fault or odd_line(m)
        if what == "trailers announced":
            names = [name for name, _ in m.trailers if not member(m.fields, "Trailer", name)]
            return ", ".join(names) + ", which is not announced" if names else None
        return not_checked("whether there is " + what)

    return check


class Timed:
    def __init__(self, kind, span):
        self.kind, self.span = kind, span


def within(span):
    return Timed("within", span)


def not_before(span):
    return Timed("not before", span)


# --- Judging


class Sight:
    """Where a row looks: a connection, from a byte on."""

    def __init__(self, play, lane, connection, cursor, fin_taken, since, n, fresh):
        self.play, self.lane, self.connection = play, lane, connection
        self.cursor, self.fin_taken, self.since, self.n = cursor, fin_taken, since, n
        self.fresh, self.interims = fresh, 0
        self.closed = None
        self.met_at = 0.0

    def arrival(self, offset):
        for moment, so_far in self.connection.arrivals:
            if so_far >= offset:
                return moment
        return self.connection.opened or self.since

    def reference(self):
        """Times count from the last byte before the cursor or the last write, the later one."""
        if self.connection is None:
            return self.since
        start = self.connection.last_write
        if self.cursor:
            start = max(start, self.arrival(self.cursor))
        return start or self.since


PENDING = ("pending", "")


def unmet(seen):
    return ("unmet", str(seen))


def matches(status, number):
    """Whether 2xx|404 names a status."""
    wanted = status.split("|")
    return any(w == str(number) or (w[1:] == "xx" and w[0] == str(number)[0]) for w in wanted)


def path_of(target):
    found = re.match(r"[a-z]+://[^/?]*(.*)", target)
    return (found.group(1) or "/") if found else target


def resource(target):
    return path_of(target).split("?")[0]


def ending(connection):
    if connection.refused:
        return "no connection"
    return "the end by FIN" if connection.fin else "the end by RST"


def judge(sequence, sight):
    """(state, why, index of the item): each item is judged from where the one before ended."""
    for index, item in enumerate(sequence):
        sight.from_time = sight.reference()
        state, why = judge_item(item, sight)
        if state == "pending":
            late = judge_times(item, sight, None)
            if late:
                state, why = unmet(late)
        if state != "met":
            return state, why, index
    return "met", "", len(sequence) - 1


def judge_item(item, sight):
    if item.kind == "silence":
        return judge_silence(item, sight)
    if sight.connection is None:
        return PENDING
    if item.kind == "connection":
        return ("met", "")
    if item.kind == "end":
        return judge_end(item, sight)
    if item.kind == "taken":
        done = sight.connection.all_taken()
        if done is None:
            not_checked("whether all was taken: this system does not tell")
            return ("met", "")
        if sight.connection.rst:
            return unmet("the end by RST")
        return ("met", "") if done else PENDING
    if item.kind == "bytes":
        return judge_bytes(item, sight)
    return judge_message(item, sight)


def judge_silence(item, sight):
    start = max(sight.from_time, sight.since)
    until = start + seconds(item.span)
    c = sight.connection
    if c is not None:
        if len(c.received) > sight.cursor and sight.arrival(sight.cursor + 1) < until:
            return unmet(peek(sight))
        if c.ended() and not sight.fin_taken and (c.fin or c.rst) < until:
            return unmet(ending(c))
    return ("met", "") if time.monotonic() >= until else PENDING


def judge_end(item, sight):
    c = sight.connection
    if len(c.received) > sight.cursor:
        return unmet(peek(sight))
    after_fin = sight.fin_taken and item.by == "RST"
    if not c.ended() or (after_fin and not c.rst):
        return PENDING
    seen = "FIN" if c.fin else "RST"
    if item.by and not after_fin and item.by != seen:
        return unmet(ending(c))
    late = judge_times(item, sight, c.rst if after_fin or not c.fin else c.fin)
    if late:
        return unmet(late)
    sight.fin_taken = c.fin is not None
    sight.met_at = c.fin or c.rst
    return ("met", "")


def judge_bytes(item, sight):
    c = sight.connection
    wanted = fill(item.wanted, sight.n) if item.wanted is not None else None
    count = item.count if wanted is None else len(wanted)
    come = bytes(c.received[sight.cursor : sight.cursor + count])
    if wanted is not None and not wanted.startswith(come):
        return unmet(peek(sight))
    if len(come) < count:
        return unmet("%d bytes, then %s" % (len(come), ending(c))) if c.ended() else PENDING
    late = judge_times(item, sight, sight.arrival(sight.cursor + count))
    if late:
        return unmet(late)
    sight.met_at = sight.arrival(sight.cursor + count)
    sight.cursor += count
    return ("met", "")


def judge_message(item, sight):
    c = sight.connection
    to = "request" if getattr(item, "target", None) and item.kind in ("request", "head") else "GET"
    to = getattr(item, "to", to)
    at, sight.interims = sight.cursor, 0
    message = read_message(c, at, to)
    while item.kind in ("response", "head") and to != "request":
        if message.state != "whole" or not message.is_interim():
            break
        sight.interims += 1
        at = message.end
        message = read_message(c, at, to)
    wants_cut = any(getattr(f, "cut", False) for f in item.facts)
    if message.state == "malformed":
        return unmet("%s (%s)" % (escaped(c.received[at : at + 60]), message.fault))
    if message.state == "nothing":
        if not c.ended():
            return PENDING
        sight.closed = closed_between(c, at)
        return unmet(ending(c))
    has_head = bool(message.head_end)
    if not has_head and message.state != "cut":
        return PENDING
    if has_head:
        other = wrong_head(item, message, sight)
        if other:
            return unmet(other)
    if message.state == "cut" and not (item.kind == "head" and has_head):
        if not wants_cut or (not has_head and getattr(item, "status", None)):
            return unmet(message)
    elif wants_cut:
        return unmet("a whole message") if message.state == "whole" else PENDING
    elif message.state != "whole" and item.kind != "head":
        return PENDING
    elif item.kind == "response" and item.target:
        other = not_the_answer(item, message, sight)
        if other:
            return unmet(other)
    return with_facts(item, message, sight)


def closed_between(c, at):
    """What the last message said, where the end came behind it: announced, unannounced."""
    whole = [m for m in c.messages.values() if m.state == "whole" and m.end <= at]
    last = max(whole, key=lambda m: m.end, default=None)
    if last is None or last.is_interim() or last.status == 400:
        return None  # An answer is owed, or this was a refusal.
    return "unannounced" if last.persists() else "announced"


def asked_to_close(c, answered):
    """Whether a request of ours that was answered up to there asked for the end behind it."""
    ours = Sent(c.sent)
    at = answer = 0
    while at < len(c.sent) and answer < answered:
        asked = read_message(ours, at, "request")
        if not asked.head_end or asked.state == "malformed" or not asked.persists():
            return True
        if asked.state != "whole":
            return False
        at = asked.end
        to = asked.method if asked.method in ("HEAD", "CONNECT") else "GET"
        message = read_message(c, answer, to)
        while message.state == "whole" and message.is_interim():
            message = read_message(c, message.end, to)
        if message.state != "whole":
            return False
        answer = message.end
    return False


class Sent:
    """Our own bytes, to be read as messages."""

    def __init__(self, data):
        self.received, self.messages, self.fin, self.rst = data, {}, None, None

    def ended(self):
        return bool(self.fin)


def wrong_head(item, message, sight):
    status = getattr(item, "status", None)
    if status and not matches(status, message.status):
        return str(message)
    if item.kind == "interim" and not message.is_interim():
        return str(message)
    if message.to == "request":
        wanted = fill(item.target, sight.n).decode("latin-1")
        if resource(message.target) != resource(wanted):
            return str(message)
        if item.method and item.method != message.method:
            return str(message)
    return None


def not_the_answer(item, message, sight):
    right = sight.play.right_answer(item.target, sight.n)
    if right is None:
        return None
    status, content = right
    if message.status != status:
        return "%s, and the right answer has status %d" % (message, status)
    if item.to == "GET" and content is not None and message.content != content:
        return "another content than that of the right answer: " + escaped(message.content[:60])
    return None


def with_facts(item, message, sight):
    for fact in item.facts:
        if isinstance(fact, Timed):
            continue
        seen = fact(message, sight)
        if seen:
            return unmet(seen)
    c = sight.connection
    if item.kind == "head":
        moment = sight.arrival(message.head_end)
    elif message.state == "cut" or message.framing == "end":
        moment = c.fin or c.rst
    else:
        moment = sight.arrival(message.end)
    late = judge_times(item, sight, moment)
    if late:
        return unmet(late)
    sight.met_at = moment
    if item.kind != "head":
        sight.cursor = len(c.received) if message.state == "cut" else message.end
        sight.last = message
    return ("met", "")


def judge_times(item, sight, moment):
    """What is wrong with when it came; with no moment, whether its time is over."""
    for fact in item.facts:
        if not isinstance(fact, Timed):
            continue
        if fact.kind == "within":
            limit = seconds(fact.span) + (LATE_TOLERANCE if fact.span[0] == "{" else 0)
            if (moment or time.monotonic()) > sight.from_time + limit:
                return "nothing by then" if moment is None else came_after(moment, sight)
        elif moment is not None:
            wait = promised(sight) if fact.span == "promised" else seconds(fact.span)
            if wait is None:
                return "no Keep-Alive field with a timeout"
            if moment < sight.from_time + wait - EARLY_TOLERANCE:
                return came_after(moment, sight)
    return None


def promised(sight):
    whole = [m for m in sight.connection.messages.values() if m.state == "whole"]
    last = max((m for m in whole if m.end <= sight.cursor), key=lambda m: m.end, default=None)
    text = ", ".join(values_of(last.fields, "Keep-Alive")) if last else ""
    found = re.search(r"timeout=([0-9]+)", text, re.I)
    return float(found.group(1)) if found else None


def came_after(moment, sight):
    return "it came after %.1f ms" % ((moment - sight.from_time) * 1000)


def peek(sight):
    return escaped(sight.connection.received[sight.cursor : sight.cursor + 60])


# --- Our origin, for proxies


class Exchange:
    def __init__(self, begin, taken):
        self.begin, self.taken = begin, taken
        self.whole = self.answered = self.by_hand = self.coming = False


class OriginConnection(Connection):
    """A connection of the proxy to us. Requests that no row waits for get a plain answer."""

    def __init__(self, origin, number, sock):
        self.origin, self.number = origin, number
        self.exchanges, self.next = [], 0
        self.announced = self.unreadable = self.reserved = False
        self.tunnel_from = None
        with NEWS:
            super().__init__("origin #%d" % number, sock)
            self.on_change = self.read_on
            self.reserved = origin.play.connected(self)
            self.read_on()

    def read_on(self):
        if self.tunnel_from is not None:
            return self.echo()
        while not self.unreadable and self.tunnel_from is None:
            message = read_message(self, self.next, "request")
            if message.state == "malformed":
                self.unreadable = True
                return
            if not message.head_end:
                return
            if not self.announced:
                self.arrive(message)
            self.announced = True
            if message.state != "whole":
                return
            for exchange in self.exchanges:
                if exchange.begin == self.next:
                    exchange.whole = True
            if resource(message.target).endswith("/hit"):
                self.origin.hits += 1
            self.next, self.announced = message.end, False
            self.answer_in_turn()

    def arrive(self, message):
        taken = self.origin.play.arrived(self, message, not self.exchanges)
        exchange = Exchange(self.next, taken)
        self.exchanges.append(exchange)
        if taken or self.reserved:
            return
        if message.method == "POST" and resource(message.target).endswith("/early"):
            exchange.whole = True
            self.answer_in_turn()
        elif message.version == 11 and member(message.fields, "Expect", "100-continue"):
            self.enqueue("write", b"HTTP/1.1 100 Continue\r\n\r\n")

    def answer_in_turn(self):
        if self.reserved:
            return
        for exchange in self.exchanges:
            if exchange.answered or exchange.by_hand:
                continue
            if exchange.coming or exchange.taken or not exchange.whole:
                return
            self.answer_plainly(exchange.begin)

    def exchange_at(self, begin):
        return next((e for e in self.exchanges if e.begin == begin), None)

    def answer_plainly(self, begin):
        exchange = self.exchange_at(begin)
        if not exchange or exchange.answered or exchange.coming:
            return
        message = read_message(self, begin, "request")
        data, tunnel, wait = plain_answer(message, self.origin.hits)
        close = not message.persists() or b"\r\nConnection: close" in data.split(b"\r\n\r\n")[0]

        def send():
            with NEWS:
                exchange.answered = True
                self.enqueue("write", data)
                if tunnel:
                    self.tunnel_from = message.end
                    self.echo()
                elif close:
                    self.enqueue("half-close")
                if not tunnel:
                    self.answer_in_turn()

        if wait:
            exchange.coming = True
            timer = threading.Timer(wait, send)
            timer.daemon = True
            timer.start()
        else:
            send()

    def echo(self):
        if len(self.received) > self.tunnel_from:
            self.enqueue("write", bytes(self.received[self.tunnel_from :]))
            self.tunnel_from = len(self.received)
        if self.fin:
            self.enqueue("half-close")

    def is_idle(self):
        done = all(e.answered or e.by_hand for e in self.exchanges)
        return done and self.next == len(self.received) and not self.queue


def plain_answer(message, hits):
    """(bytes, whether a tunnel follows, seconds to wait): by the last part of the path."""
    path = resource(message.target)
    what = re.sub(r"[^a-z].*", "", path.rsplit("/", 1)[-1])
    close = not message.persists()

    def with_head(status, *fields, content=None):
        lines = ["HTTP/1.1 " + status, "Cache-Control: no-store"]
        if close:
            lines.append("Connection: close")
        elif message.version == 10:
            lines.append("Connection: keep-alive")
        lines += fields
        if content is not None:
            lines.append("Content-Length: %d" % len(content))
        data = "\r\n".join(lines + ["", ""]).encode("latin-1")
        return data + (content if content and message.method != "HEAD" else b"")

    if message.method == "CONNECT":
        return with_head("501 Not Implemented", content=b"no tunnels here"), False, 0
    if what == "chunked":
        if message.version == 10:
            close = True
            return with_head("200 OK") + b"of unknown length", False, 0
        chunks = b"3\r\nof \r\ne\r\nunknown length\r\n0\r\n\r\n"
        bare = message.method == "HEAD"
        return with_head("200 OK", "Transfer-Encoding: chunked") + (b"" if bare else chunks), False, 0
    if what == "upgrade":
        offered = member(message.fields, "Upgrade", PROTOCOL) and message.version == 11
        switch = ("Connection: Upgrade", "Upgrade: " + PROTOCOL)
        if offered and member(message.fields, "Connection", "upgrade"):
            return ("HTTP/1.1 101 Switching Protocols\r\n%s\r\n%s\r\n\r\n" % switch).encode(), True, 0
        return with_head("426 Upgrade Required", *switch, content=b""), False, 0
    if what == "early" and message.method == "POST":
        return with_head("413 Content Too Large", content=b"too large"), False, 0
    if what == "nobody":
        return with_head("204 No Content"), False, 0
    if what == "etag" and values_of(message.fields, "If-None-Match"):
        return with_head("304 Not Modified", 'ETag: "k"'), False, 0
    content = path.encode("latin-1")
    if what == "sink":
        content = message.content
    if what == "big":
        content = b"x" * (4 << 20)
    if what == "hits":
        content = str(hits).encode()
    return with_head("200 OK", content=content), False, SLOW_TIME if what == "slow" else 0


class Origin:
    """Listens where the proxy reaches us."""

    def __init__(self, play, at):
        self.play, self.hits, self.connections = play, 0, []
        host, _, port = at.rpartition(":")
        self.listener = socket.socket(
            socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM
        )
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((host.strip("[]"), int(port)))
        self.listener.listen(1024)
        self.at = "%s:%d" % (host, self.listener.getsockname()[1])
        threading.Thread(target=self.accept_all, daemon=True).start()

    def accept_all(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            connection = OriginConnection(self, len(self.connections) + 1, sock)
            self.connections.append(connection)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def refuse(self):
        self.close()
        with NEWS:
            for connection in self.connections:
                if connection.is_idle():
                    connection.enqueue("close")


# --- Steps


def write(lane, text, line=0):
    return ("write", lane, text, line)


def repeated(times, text):
    """A text so many times over; {n} in it is the number of the repetition."""
    return (times, text)


def act(lane, what, *values, line=0, **more):
    return ("act", lane, what, values, more, line)


def expect(lane, *sequence, given=False, times=1, line=0):
    return ("expect", lane, sequence, given, times, line)


def asks(lane, target, given=False, of=None, times=1, line=0):
    return ("asks", lane, target, given, of, times, line)


def answers(lane, line=0):
    return ("answers", lane, line)


def either(lane, *ways, line=0):
    return ("either", lane, ways, line)


class Way:
    def __init__(self, name, rows, mark, stop):
        self.name, self.rows, self.mark, self.stop = name, rows, mark, stop


def way(name, *rows, mark="required", stop=False):
    return Way(name, rows, mark, stop)


def saw(target, least, most, text="", line=0):
    return ("saw", target, least, most, text, line)


def every(kind, *facts, status=None, when=None, text="", line=0):
    return ("every", kind, facts, status, when, text, line)


class Claim:
    """A row that waits for a request."""

    def __init__(self, path, lane):
        self.path, self.lane = path, lane
        self.arrival = None  # (connection, begin, first)
        self.used = self.released = False


class Lane:
    def __init__(self, name, n=1):
        self.name, self.n = name, n
        self.connection = None
        self.cursor, self.fin_taken, self.fresh = 0, False, False
        self.exchange = None
        self.options = {}


class Row:
    """An expectation on one lane, as it is being judged."""

    def __init__(self, sequence, lane, n, claim=None):
        self.sequence, self.lane, self.n, self.claim = sequence, lane, n, claim


class Over(Exception):
    pass


class Play:
    def __init__(self, steps):
        self.steps = steps
        self.lanes = {}
        self.claims, self.claim_of, self.counts = [], {}, collections.Counter()
        self.unowned, self.wanted = [], 0
        self.verdict, self.departs, self.refused = "met", [], False
        self.closed = None
        self.looked_at = 0  # Messages that rules for all of them spoke of.
        self.origin = None

    # Lanes

    def lane(self, name, n=1):
        key = (name, n)
        if key not in self.lanes:
            self.lanes[key] = Lane(name if name != "clients" else "clients #%d" % n, n)
        return self.lanes[key]

    def lanes_of(self, name):
        return [self.lane(name, n + 1) for n in range(CASE["clients"] if name == "clients" else 1)]

    def open(self, lane):
        if lane.connection is None and not lane.name.startswith("origin"):
            lane.connection = Connection(lane.name, **lane.options)
            lane.connection.last_write = 0.0

    # What the proxy brings

    def plan_claims(self):
        """Which rows wait for which request, in the order of the rows."""
        headed = {}
        for step in self.steps:
            if step[0] == "expect":
                for n in range(1, step[4] + 1):
                    for item in step[2]:
                        self.plan(item, n, step[1], headed)
            elif step[0] == "asks" and step[4]:
                for n in range(1, step[5] + 1):
                    self.add_claim((id(step), n), step[2], n, step[4], False, headed)
            elif step[0] == "either":
                self.plan_ways(step[2], step[1], headed)
            for sequence in sequences_of(step):
                self.wanted += sum(item.kind == "connection" for item in sequence)

    def plan(self, item, n, lane, headed):
        if item.kind == "request" or (item.kind == "head" and item.target):
            self.add_claim((id(item), n), item.target, n, lane, item.kind == "head", headed)

    def add_claim(self, key, target, n, lane, is_head, headed):
        path = resource(fill(target, n).decode("latin-1"))
        claim = headed.get(lane)
        if not claim or claim.path != path:
            claim = Claim(path, lane)
            self.claims.append(claim)
        self.claim_of[key] = claim
        headed[lane] = claim if is_head else None

    def plan_ways(self, ways, on, headed):
        """Ways exclude one another: the same request is one claim in all of them."""
        shared, before = {}, dict(headed)
        for way_ in ways:
            count, mine = collections.Counter(), dict(before)
            for lane, sequence in rows_of(way_, on):
                for item in sequence:
                    if item.kind != "request" and not (item.kind == "head" and item.target):
                        continue
                    path = resource(fill(item.target).decode("latin-1"))
                    count[path] += 1
                    known = shared.get((path, count[path]))
                    if known:
                        self.claim_of[(id(item), 1)] = known
                        mine[lane] = known if item.kind == "head" else None
                    else:
                        self.plan(item, 1, lane, mine)
                        shared[(path, count[path])] = self.claim_of[(id(item), 1)]
                    if item.kind == "head":
                        headed[lane] = self.claim_of[(id(item), 1)]

    def connected(self, connection):
        if not self.wanted:
            return False
        self.unowned.append(connection)
        NEWS.notify_all()
        return True

    def arrived(self, connection, message, first):
        path = resource(message.target)
        self.counts[path] += 1
        for claim in self.claims:
            if claim.path == path and not claim.arrival and not claim.released:
                claim.arrival = (connection, message.begin, first)
                if connection in self.unowned:
                    self.unowned.remove(connection)
                    connection.reserved = False
                return True
        return False

    def bind(self, lane, connection, begin, fresh):
        if lane.connection is not connection or lane.exchange != begin:
            lane.cursor, lane.fin_taken = begin, False
            show(lane.name, "* connection %d of the proxy%s" % (connection.number, ", fresh" * fresh))
        lane.connection, lane.exchange, lane.fresh = connection, begin, fresh

    def right_answer(self, target, n):
        if self.origin:
            path = resource(fill(target, n).decode("latin-1"))
            return (200, path.encode("latin-1"))
        name = re.fullmatch(r"\{([a-z0-9-]+)\}", target)
        return ANSWERS.get(name.group(1)) if name else None

    # Steps

    def run(self):
        if self.origin:
            self.plan_claims()
        try:
            for step in self.steps:
                if step[0] != "saw":
                    getattr(self, "do_" + step[0])(*step[1:])
        except Over:
            pass
        if self.verdict == "met" and self.steps[0][0] == "every" and not self.looked_at:
            self.verdict = "skipped"
        saws = [step for step in self.steps if step[0] == "saw"]
        if saws and self.verdict == "met":
            self.settle_saws(saws)

    def do_write(self, lane, text, line):
        for actor in self.lanes_of(lane):
            self.open(actor)
            data = b""
            for part in text if isinstance(text, list) else [text]:
                if isinstance(part, tuple):
                    times, once = part
                    if "{n}" in once:
                        data += b"".join(fill(once, i + 1) for i in range(times))
                    else:
                        data += fill(once) * times
                else:
                    data += fill(part, actor.n)
            if actor.connection:
                exchange = getattr(actor.connection, "exchange_at", lambda _: None)(actor.exchange)
                if exchange:
                    exchange.by_hand = True
                actor.connection.enqueue("write", data)

    def do_act(self, lane, what, values, more, line):
        if what == "refuse":
            self.refused = True
            show(lane, "! refuse")
            return self.origin.refuse()
        for actor in self.lanes_of(lane):
            if what == "connect":
                other = more.get("from_port_of")
                actor.options = {k: more[k] for k in ("window", "late_acks") if k in more}
                if other and self.lane(other).connection:
                    actor.options["port"] = self.lane(other).connection.local_port
            self.open(actor)
            c = actor.connection
            if c is None:
                continue
            show(actor.name, "! " + " ".join([what] + [str(v) for v in values]))
            if what == "slice":
                c.enqueue("slice", (values[0], seconds(values[1])))
            elif what == "hold":
                c.enqueue("hold", values[0])
            elif what == "stop-reading":
                c.stop_reading()
            elif what == "resume-reading":
                c.read_again()
            elif what == "pause":
                limit = time.monotonic() + REPLY_BOUND
                with NEWS:
                    while c.has_to_write() and time.monotonic() < limit:
                        NEWS.wait(0.01)
            elif what != "connect":
                c.enqueue(what)
        if what == "pause":
            time.sleep(seconds(values[0]))

    def do_expect(self, lane, sequence, given, times, line):
        since = time.monotonic()
        for i in range(1, times + 1):
            for actor in self.lanes_of(lane):
                n = actor.n if times == 1 else i
                rows = [[self.row(sequence, actor, n)]]
                self.settle([None], rows, given, line, since if lane == "clients" else None)

    def row(self, sequence, actor, n):
        claim = next((self.claim_of[(id(i), n)] for i in sequence if (id(i), n) in self.claim_of), None)
        return Row(sequence, actor, n, claim)

    def do_asks(self, lane, target, given, of, times, line):
        step = next(s for s in self.steps if s[0] == "asks" and s[-1] == line and s[1] == lane)
        for i in range(1, times + 1):
            for actor in self.lanes_of(lane):
                self.ask(actor, target, given, of, actor.n if times == 1 else i, line, step)

    def ask(self, actor, target, given, of, n, line, step):
        self.open(actor)
        text = b"GET " + fill(target, n) + b" HTTP/1.1\r\nHost: " + fill("{host}") + b"\r\n\r\n"
        actor.connection.enqueue("write", text)
        if of:
            item = request("request " + target, target, "GET")
            claim = self.claim_of.get((id(step), n))
            self.settle([None], [[Row([item], self.lane(of), n, claim)]], given, line)
            self.do_answers(of, line)
        item = response("response " + target, target=target)
        self.settle([None], [[Row([item], actor, n)]], given, line)

    def do_answers(self, lane, line):
        actor = self.lane(lane)
        if actor.connection:
            with NEWS:
                actor.connection.answer_plainly(actor.exchange)

    def do_either(self, lane, ways, line):
        if lane:
            began = time.monotonic()
            for actor in self.lanes_of(lane):
                rows = [[self.row(s, actor, actor.n) for _, s in rows_of(w, lane)] for w in ways]
                self.settle(list(ways), rows, False, line, began)
        else:
            rows = [[self.row(s, self.lane(l), 1) for l, s in rows_of(w, None)] for w in ways]
            self.settle(list(ways), rows, False, line, several=True)

    def do_every(self, kind, facts, status, when, text, line):
        """A rule about all messages: looked at in a few plain exchanges."""
        if not self.lanes:
            self.plain_exchanges()
            not_checked("the messages of whole runs; looked at are those of a few plain exchanges")
        connections = [lane.connection for lane in self.lanes.values()]
        connections += self.origin.connections if self.origin else []
        looked_at = 0
        for c in connections:
            sight = Sight(self, None, c, 0, False, BEGAN, 1, False)
            for message in list(c.messages.values()):
                rule_for = "request" if message.to == "request" else (
                    "interim" if message.is_interim() else "response")
                if not message.head_end or rule_for != kind:
                    continue
                if status and not matches(status, message.status):
                    continue
                if when and when(message, sight):
                    continue
                looked_at += 1
                seen = next(filter(None, (fact(message, sight) for fact in facts)), None)
                if seen:
                    print("%32s UNMET :%d  %s, got %s" % ("", line, text, seen))
                    self.verdict = "unmet"
                    raise Over
        print("%32s met   :%d  %s, in %d messages" % ("", line, text, looked_at))
        self.looked_at += looked_at

    def plain_exchanges(self):
        tail = " HTTP/1.1\r\nHost: {host}\r\n"
        posted = "Content-Length: 5\r\n%s\r\nhello"
        asked = [("GET", "GET {a}" + tail + "\r\n"), ("HEAD", "HEAD {a}" + tail + "\r\n"),
                 ("GET", "GET {a} HTTP/1.0\r\nHost: {host}\r\n\r\n"),
                 ("GET", "POST {a}" + tail + posted % ""),
                 ("GET", "POST {a}" + tail + posted % "Expect: 100-continue\r\n"),
                 ("GET", "GET {a}" + tail + "Connection: close\r\n\r\n")]
        for i, (to, text) in enumerate(asked):
            lane = self.lane("client" if i == 0 else "client%d" % (i + 1))
            self.open(lane)
            lane.connection.enqueue("write", fill(text))
            self.read_whole(lane.connection, to)

    @staticmethod
    def read_whole(c, to):
        until, at = time.monotonic() + REPLY_BOUND, 0
        with NEWS:
            while time.monotonic() < until:
                message = read_message(c, at, to)
                if message.state == "whole" and message.is_interim():
                    at = message.end
                elif message.state in ("whole", "cut", "malformed") or c.ended():
                    return
                else:
                    NEWS.wait(0.05)

    # Settling

    def settle(self, ways, rows, given, line, since=None, several=False):
        since = since or time.monotonic()
        settling = Settling(self, ways, rows, since, several)
        with NEWS:
            while True:
                self.bind_new_connection(rows)
                state, index, done, others = settling.decide()
                if state != "pending":
                    break
                NEWS.wait(0.005)
            for way_, (row, why, *_) in others:
                note(line, "unmet", row.sequence, way_, why)
            if state == "met":
                self.take(ways, rows, index, done, line)
            else:
                self.fail(done, others, given, line, settling.closed)

    def bind_new_connection(self, rows):
        for way_rows in rows:
            for row in way_rows:
                if row.sequence[0].kind == "connection" and self.unowned:
                    if row.lane.connection is None:
                        self.wanted -= 1
                        self.bind(row.lane, self.unowned.pop(0), 0, True)
                    return

    def take(self, ways, rows, index, done, line):
        chosen = ways[index]
        for row, sight in done:
            if row.claim and row.claim.arrival:
                row.claim.used = True
                self.bind(row.lane, *row.claim.arrival)
            row.lane.cursor, row.lane.fin_taken = sight.cursor, sight.fin_taken
            note(line, "met", row.sequence, chosen, "")
        for i, way_rows in enumerate(rows):
            for row in way_rows if i != index else ():
                claim = row.claim
                if claim and not claim.used and not claim.released:
                    claim.released = True
                    if claim.arrival:
                        exchange = claim.arrival[0].exchange_at(claim.arrival[1])
                        exchange.taken = False
                        claim.arrival[0].answer_in_turn()
        if chosen is None:
            return
        if chosen.mark == "departs":
            self.departs.append("the way " + chosen.name)
        if chosen.mark == "wrong":
            self.verdict = "unmet"
            raise Over
        if chosen.stop:
            raise Over

    def fail(self, done, others, given, line, closed):
        row, why, *_ = done
        if not others:
            note(line, "unmet", row.sequence, None, why)
        self.verdict = "skipped" if given else "unmet"
        c = row.lane.connection
        ours = c is not None and not row.lane.name.startswith("origin")
        if closed and not given and ours and not asked_to_close(c, row.lane.cursor):
            self.closed = closed
            if closed == "announced":
                self.verdict = "skipped"  # It may, and what was to be seen cannot be.
        raise Over

    def settle_saws(self, saws):
        if not self.refused:
            try:
                self.ask(self.lane("fence"), "{u}-fence", False, None, 1, 0, None)
            except Over:
                self.verdict = "skipped"
                return
        for _, target, least, most, text, line in saws:
            count = self.counts[resource(fill(target).decode("latin-1"))]
            good = least <= count <= most
            print("%32s %s :%d  %s: it came %d times" % ("", "met  " if good else "UNMET", line, text, count))
            if not good:
                self.verdict = "unmet"
                return


def rows_of(way_, lane):
    """(lane, sequence) of each row of a way."""
    return [(r[1], r[2]) if isinstance(r, tuple) else (lane, r) for r in way_.rows]


def sequences_of(step):
    if step[0] == "expect":
        return [step[2]]
    if step[0] == "either":
        most = max(step[2], key=lambda w: sum(i.kind == "connection" for _, s in rows_of(w, step[1]) for i in s))
        return [s for _, s in rows_of(most, step[1])]
    return []


def note(line, state, sequence, way_, why):
    text = " then ".join(item.text for item in sequence)
    if way_:
        mark = "" if way_.mark == "required" else " (%s)" % way_.mark
        text = "%s%s: %s" % (way_.name, mark, text)
    state = {"met": "met  ", "unmet": "UNMET" if not way_ else "unmet"}[state]
    print("%32s %s :%d  %s%s" % ("", state, line, text, ", got " + why if why else ""), flush=True)


class Settling:
    """Decides between ways, or about one row, each time something has come."""

    def __init__(self, play, ways, rows, since, several):
        self.play, self.ways, self.rows, self.since, self.several = play, ways, rows, since, several
        self.progress = [(0, 0, since)] * len(rows)
        self.first = None
        self.closed = None  # The connection ended between two messages.

    def sight(self, row, since):
        play, lane = self.play, row.lane
        if row.claim and not row.claim.used:
            if not row.claim.arrival:
                return Sight(play, lane, None, 0, False, since, row.n, False)
            connection, begin, first = row.claim.arrival
            return Sight(play, lane, connection, begin, False, since, row.n, first)
        return Sight(play, lane, lane.connection, lane.cursor, lane.fin_taken, since, row.n, lane.fresh)

    def judge_way(self, index, count):
        """(state, list of (row, sight) that are met, (row, why, item) of the last, when first)."""
        done, first_at = [], None
        for i, row in enumerate(self.rows[index][:count]):
            at = self.progress[index]
            sight = self.sight(row, at[2] if at[0] == i else self.since)
            for before, there in done:
                if before.lane is row.lane and (not row.claim or row.claim is before.claim):
                    sight = self.sight(before, sight.since)
                    sight.cursor, sight.fin_taken, sight.n = there.cursor, there.fin_taken, row.n
            state, why, item = judge(row.sequence, sight)
            if i == 0 and state == "met":
                first_at = sight.met_at or time.monotonic()
            if state != "met":
                return state, done, (row, why, item, sight.closed), first_at
            done.append((row, sight))
        return "met", done, (row, "", item, None), first_at

    def bounded(self, index, outcome):
        """A pending way whose bound is over is unmet."""
        state, done, (row, why, item, _), first_at = outcome
        if state != "pending":
            return outcome
        if self.progress[index][:2] != (len(done), item):
            self.progress[index] = (len(done), item, time.monotonic())
        thing = row.sequence[item]
        waits = [f for f in thing.facts if isinstance(f, Timed)]
        if thing.kind == "silence" or any(f.kind == "within" for f in waits):
            return outcome
        bound = (CLOSE_BOUND if thing.kind == "end" else REPLY_BOUND) * OPTIONS.patience
        bound += sum(seconds(f.span) for f in waits if f.span != "promised")
        sight = self.sight(row, 0)
        start = self.progress[index][2]
        if sight.connection:
            start = max(start, sight.connection.last_write)
        if time.monotonic() < start + bound:
            return outcome
        return "unmet", done, (row, self.at_bound(thing, sight), item, None), first_at

    @staticmethod
    def at_bound(thing, sight):
        if thing.kind == "end":
            return "a connection that is still open"
        come = sight.connection and len(sight.connection.received) > sight.cursor
        return "only " + peek(sight) if come else "nothing"

    def decide(self):
        """(state, index of the way, what it came to, the ways that are out)."""
        if self.several and self.first is None:
            firsts, is_open = [], False
            for i in range(len(self.rows)):
                state, _, _, at = self.bounded(i, self.judge_way(i, 1))
                if state == "met":
                    firsts.append((at, i))
                is_open = is_open or state == "pending"
            if not firsts and is_open:
                return "pending", 0, None, []
            self.first = self.rows[min(firsts)[1]][0].lane if firsts else False
        quiet = len(self.rows) > 1 and any(
            self.rows[i][0].sequence[0].kind == "silence"
            and not self.is_out(i)
            and self.judge_way(i, 1)[0] == "met"
            for i in range(len(self.rows))
        )
        others, best = [], None
        for i in range(len(self.rows)):
            if self.is_out(i):
                continue
            outcome = self.bounded(i, self.judge_way(i, len(self.rows[i])))
            state, done, last, _ = outcome
            if state == "pending" and quiet and self.rows[i][0].sequence[0].kind != "silence":
                sight = self.sight(last[0], 0)
                why = self.at_bound(last[0].sequence[last[2]], sight)
                state, last = "unmet", (last[0], why, last[2], None)
            if state == "pending":
                return "pending", i, None, []
            if state == "met":
                return "met", i, done, others
            if len(self.ways) > 1:
                others.append((self.ways[i], last))
            if last[3] and not (self.ways[i] and self.ways[i].mark == "wrong"):
                self.closed = last[3]
            if best is None or len(done) > best[0]:
                best = (len(done), last)
        return "unmet", 0, best[1], others

    def is_out(self, index):
        return bool(self.first) and self.rows[index][0].lane is not self.first


# --- Before it: what the target answers


def plain(target, method="GET", content=b"", times=1):
    """Asks on a connection of its own; the answers, or what there is of them."""
    result = []
    try:
        with socket.create_connection((OPTIONS.host, OPTIONS.port), REPLY_BOUND) as sock:
            holder = Sent(bytearray())
            at = 0
            for _ in range(times):
                length = b"Content-Length: %d\r\n" % len(content) if content else b""
                sock.sendall(
                    b"%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s"
                    % (method.encode(), target.encode("latin-1"), fill("{host}"), length, content)
                )
                while True:
                    message = read_message(holder, at, "GET")
                    if message.state == "whole" and message.is_interim():
                        at = message.end
                        continue
                    if message.state in ("whole", "cut", "malformed"):
                        break
                    data = sock.recv(1 << 16)
                    holder.received += data
                    holder.fin = None if data else 1.0
                    if not data and message.state == "nothing":
                        return result
                if message.state != "whole":
                    break
                result.append(message)
                at = message.end
    except OSError:
        pass
    return result


def find_answers(used):
    """Targets for {a}, {b}, {c} whose answers differ, and what the right answers are."""
    candidates = ["/", "/connspec-none", "/index.html", "/robots.txt", "/favicon.ico"]
    for name in ("a", "b", "c"):
        given = getattr(OPTIONS, name, None)
        for target in [given] if given else candidates:
            if name not in used and name != "a":
                break
            found = plain(target, times=2)
            if not found:
                continue
            stable = len(found) == 2 and found[0].content == found[1].content
            answer = (found[0].status, found[0].content if stable else None)
            if not given and answer in ANSWERS.values():
                continue
            VALUES[name], ANSWERS[name] = target, answer
            print("%9s  * {%s} is %s: the right answer has status %d" % ("", name, target, answer[0]))
            break
        else:
            VALUES.setdefault(name, given or "/")
    VALUES.setdefault("b", VALUES["a"])
    VALUES.setdefault("c", VALUES["b"])
    if "post" in used:
        VALUES["post"] = OPTIONS.post or VALUES["a"]
        for target in [] if OPTIONS.post else [VALUES["a"], "/connspec-none"]:
            found = plain(target, "POST", b"hello")
            if found and found[0].persists():
                VALUES["post"] = target
                break


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add = parser.add_argument
    add("--host", default=CASE["host"], help="where the target is [%(default)s]")
    add("--port", type=int, default=CASE["port"], help="and its port [%(default)s]")
    add("--patience", type=float, default=1.0, help="scales how long answers are waited for")
    add("--strict", action="store_true", help="what departs from a SHOULD counts as unmet")
    if CASE["proxy"]:
        add("--origin", default=CASE["origin"], help="HOST:PORT where we listen [%(default)s]")
        add("--advertise", help="HOST:PORT by which the proxy reaches us, if it is another")
    for name in CASE["declared"]:
        required = name not in ("a", "b", "c", "post", "protocol")
        add("--" + name, required=required, help="what stands for {%s}" % name)
    return parser.parse_args()


def bind_values(play):
    at = "[%s]:%d" if ":" in OPTIONS.host else "%s:%d"
    VALUES["host"], VALUES["port"] = at % (OPTIONS.host, OPTIONS.port), str(OPTIONS.port)
    VALUES["protocol"] = getattr(OPTIONS, "protocol", None) or PROTOCOL
    names = ["u"] + ["u%d" % i for i in range(2, 10)]
    if CASE["proxy"]:
        play.origin = Origin(play, OPTIONS.origin)
        VALUES["origin"] = OPTIONS.advertise or play.origin.at
        prefix = ""
        if CASE["proxy"] == "forward":
            prefix, VALUES["host"] = "http://" + VALUES["origin"], VALUES["origin"]
        names += "a b c post sink early big slow chunked nobody etag upgrade hit hits".split()
        VALUES.update((name, "%s/%s/%s" % (prefix, TOKEN, name)) for name in names)
        print("%9s  * the proxy has to reach our origin at %s" % ("", VALUES["origin"]))
    else:
        VALUES.update((name, "/connspec-%s-%s" % (TOKEN, name)) for name in names)
    TIMES["slow"] = SLOW_TIME
    for name in CASE["declared"]:
        given = getattr(OPTIONS, name.replace("-", "_"))
        if given is None:
            continue
        if name in ("idle", "head-timeout", "body-timeout", "upstream-timeout"):
            TIMES[name] = seconds(given)
        else:
            VALUES[name] = given
    if not CASE["proxy"]:
        if "hit" in CASE["declared"]:  # Who counts, counts for each query of its own.
            key = "/%s%x" % (TOKEN, int(time.time() * 1000))
            VALUES.update((name, VALUES[name] + key) for name in ("hit", "hits") if name in VALUES)
        find_answers(CASE["uses"])


def play_once():
    """A play on fresh connections, with a token of its own."""
    global BEGAN, TOKEN
    TOKEN = "k%x" % int(time.time() * 1000)
    play = Play(conversation())
    bind_values(play)
    if not CASE["proxy"] and "a" not in ANSWERS:
        print("not reached: no GET got a whole answer from %s" % VALUES["host"])
        return None
    BEGAN = time.monotonic()
    play.run()
    return play


def is_there():
    try:
        socket.create_connection((OPTIONS.host, OPTIONS.port), REPLY_BOUND).close()
        return True
    except OSError as error:
        print("not reached: %s port %d: %s" % (OPTIONS.host, OPTIONS.port, error))
        return False


def verdict_of(play):
    """What it comes to, and the exit code."""
    if play.verdict == "unmet" and not is_there():
        return "inconclusive: the target is gone", 5
    if play.verdict == "unmet" and CASE["level"] == "OBSERVE":
        return "observed", 0
    if play.verdict == "unmet" and CASE["level"].startswith("SHOULD"):
        return "departs", int(OPTIONS.strict)
    if play.verdict == "met" and play.departs:
        return "departs: took " + ", ".join(play.departs), int(OPTIONS.strict)
    if play.closed == "announced":
        return "skipped: the target closes connections, as it says", 4
    return play.verdict, {"met": 0, "unmet": 1, "skipped": 4}[play.verdict]


def main():
    global OPTIONS, OVER
    OPTIONS = read_options()
    print(CASE["id"])
    if not is_there():
        return 3
    play = play_once()
    for _ in range(2):
        if play is None or play.closed != "unannounced":
            break
        print("The connection was closed between two messages, as any may be: once more.")
        if play.origin:
            play.origin.close()
        play = play_once()
    if play is None:
        return 3
    with NEWS:
        OVER = True
    verdict, code = verdict_of(play)
    for need in CASE["needs"]:
        not_checked("whether the target has what the case needs: " + need)
    for what in UNCHECKED:
        print("not checked: " + what)
    print("%s: %s (%s, %s)" % (verdict, CASE["title"], CASE["level"], CASE["spec"]))
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as mistake:  # Of this program, or of this machine: says nothing of the target.
        traceback.print_exc()
        print("not played: %s" % mistake)
        sys.exit(2)
