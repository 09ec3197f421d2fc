<?php

// Stands in for sendmail: keeps the message from its input as the next file of MAIL_FOLDER. Fails where that holds a
// file "refuses".

declare(strict_types=1);

$folder = (string) getenv('MAIL_FOLDER');
if (is_file("$folder/refuses")) {
    exit(75);
}
file_put_contents(sprintf('%s/%03d.eml', $folder, count(glob("$folder/*.eml"))), stream_get_contents(STDIN));
