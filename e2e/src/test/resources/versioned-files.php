<?php

// Writes and reads the files of FleetHistoryTest: a command a line from standard input, an answer a line. The wrapper
// is registered by auto_prepend_file. An answer is a version: 0 for a missing file, -1 for mixed bytes; or "failed".

declare(strict_types=1);

const BLOCK_BYTES = 4096;

function body(string $key, int $version, int $blocks): string
{
    $body = '';
    for ($block = 0; $block < $blocks; $block++) {
        $body .= str_pad("$key $version $block\n", BLOCK_BYTES, '.');
    }
    return $body . str_repeat('.', $version);
}

/** The warnings since the command's begin tell a missing file from a failure. */
$warnings = '';
set_error_handler(static function (int $level, string $message) use (&$warnings): bool {
    $warnings .= strtr($message, "\n", ' ') . ' ';
    return true;
});

function missingOrFailed(): string
{
    global $warnings;
    return str_contains($warnings, 'no such file') ? '0' : "failed $warnings";
}

function answer(string $command, string $key, int $blocks, int $version): string
{
    $path = 's3://' . getenv('ALOFT_BUCKET') . "/uploads/$key";
    clearstatcache();
    switch ($command) {
        case 'write':
            return file_put_contents($path, body($key, $version, $blocks)) === false ? missingOrFailed() : '1';
        case 'delete':
            return unlink($path) ? '1' : missingOrFailed();
        case 'stat':
            $stat = @stat($path);
            return $stat === false ? '0' : (string) ($stat['size'] - $blocks * BLOCK_BYTES);
        default:
            $bytes = file_get_contents($path);
            if ($bytes === false) {
                return missingOrFailed();
            }
            $found = strlen($bytes) - $blocks * BLOCK_BYTES;
            return $found > 0 && $bytes === body($key, $found, $blocks) ? (string) $found : '-1';
    }
}

while (($line = fgets(STDIN)) !== false) {
    $warnings = '';
    [$command, $key, $blocks, $version] = explode(' ', trim($line));
    try {
        echo answer($command, $key, (int) $blocks, (int) $version), "\n";
    } catch (RuntimeException $failure) {
        echo 'failed ', strtr($failure->getMessage(), "\n", ' '), "\n";
    }
}
