"""Every wait on a wire ends, and a wire that is gone never looks like a printer with nothing to say."""

import os
import socket
import tty
from collections.abc import Iterator
from contextlib import closing

import pytest

from hardware.errors import DisconnectedError, NoAnswerError
from hardware.receipt_printer.connections import NetworkConnection, SerialConnection, UsbConnection

MORE_THAN_ANY_BUFFER = bytes(64_000_000)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening


def network(server: socket.socket) -> NetworkConnection:
    return NetworkConnection(*server.getsockname(), connect_timeout_s=2, write_timeout_s=0.1)


def test_nobody_at_the_address_is_a_lost_device(server: socket.socket) -> None:
    connection = network(server)
    server.close()
    with pytest.raises(DisconnectedError, match="not_found"):
        connection.open()


def test_a_network_printer_that_takes_nothing_more_ends_the_write(server: socket.socket) -> None:
    connection = network(server)
    connection.open()
    with closing(server.accept()[0]), closing(connection), pytest.raises(NoAnswerError):
        connection.write(MORE_THAN_ANY_BUFFER)


def test_silence_on_the_network_is_no_byte(server: socket.socket) -> None:
    connection = network(server)
    connection.open()
    with closing(server.accept()[0]), closing(connection):
        assert connection.read(0.01) == b""


def test_a_peer_that_closed_is_not_silence(server: socket.socket) -> None:
    connection = network(server)
    connection.open()
    with closing(connection):
        server.accept()[0].close()
        with pytest.raises(DisconnectedError, match="closed_by_printer"):
            connection.read(2)


def test_a_connection_never_opened_is_a_lost_device(server: socket.socket) -> None:
    with pytest.raises(DisconnectedError, match="not_open"):
        network(server).read(0)


def test_closing_twice_is_fine(server: socket.socket) -> None:
    connection = network(server)
    connection.open()
    connection.close()
    connection.close()


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """The printer's end and the host's end of a serial line."""
    near, far = os.openpty()
    tty.setraw(far)
    yield near, far
    for end in (near, far):
        try:
            os.close(end)
        except OSError:
            continue


def serial(line: tuple[int, int]) -> SerialConnection:
    return SerialConnection(os.ttyname(line[1]), baud=115_200, flow="none", write_timeout_s=0.1)


def test_bytes_go_both_ways_on_a_serial_line(line: tuple[int, int]) -> None:
    connection = serial(line)
    connection.open()
    with closing(connection):
        connection.write(b"\x10\x04\x01")
        assert os.read(line[0], 10) == b"\x10\x04\x01"
        os.write(line[0], b"\x12")
        assert connection.read(2) == b"\x12"


def test_silence_on_a_serial_line_is_no_byte(line: tuple[int, int]) -> None:
    connection = serial(line)
    connection.open()
    with closing(connection):
        assert connection.read(0.01) == b""


def test_a_serial_printer_that_takes_nothing_more_ends_the_write(line: tuple[int, int]) -> None:
    connection = serial(line)
    connection.open()
    with closing(connection), pytest.raises(NoAnswerError):
        connection.write(bytes(1_000_000))


def test_an_unplugged_serial_line_is_a_lost_device(line: tuple[int, int]) -> None:
    connection = serial(line)
    connection.open()
    with closing(connection):
        os.close(line[0])
        with pytest.raises(DisconnectedError):
            connection.read(2)


def test_a_missing_serial_port_is_a_lost_device() -> None:
    with pytest.raises(DisconnectedError, match="not_found"):
        SerialConnection("/dev/no-such-port", 9600, "none", 0.1).open()


def test_a_missing_usb_printer_is_a_lost_device() -> None:
    with pytest.raises(DisconnectedError, match="not_found"):
        UsbConnection(0xFFFF, 0xFFFF, 0.1).open()
