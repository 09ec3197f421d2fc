<?php

declare(strict_types=1);

$needed = ['ALOFT_SOCKET' => 'the Unix socket of a running agent', 'ALOFT_BUCKET' => 'its bucket, or bucket/prefix'];
foreach ($needed as $name => $what) {
    if ((string) getenv($name) === '') {
        fwrite(STDERR, "These tests speak to a real agent: set $name to $what.\n");
        exit(1);
    }
}

require __DIR__ . '/../aloft.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Aloft\\Tests\\')) {
        require __DIR__ . '/' . substr($class, strlen('Aloft\\Tests\\')) . '.php';
    }
}, true, true);
