<?php

/* echo.php SOCKET: gives back to each connection, one after the other, what it sends. */

$listening = stream_socket_server("unix://$argv[1]") ?: exit(1);
while ($connection = stream_socket_accept($listening, -1)) {
    while (($bytes = fread($connection, 8192)) !== '' && $bytes !== false) {
        fwrite($connection, $bytes);
    }
    fclose($connection);
}
