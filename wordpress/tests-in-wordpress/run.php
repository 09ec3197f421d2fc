<?php

/*
 * PHPUnit inside a WordPress: the site's whole code is loaded first, and here, where its variables are global.
 *
 * SITE_CODE    the folder with wp-load.php
 * SITE_HOST    host and port that the site answers to
 * MULTISITE    1 for a network, which is made when it is not there yet; SUBDOMAIN_INSTALL=1 for one of domains;
 *              OLD_NETWORK=1 for one from before WordPress 3.5
 * S3_REQUESTS  where the requests that reached S3 are told
 */

declare(strict_types=1);

foreach (['SITE_CODE', 'SITE_HOST', 'S3_REQUESTS'] as $needed) {
    if ((string) getenv($needed) === '') {
        fwrite(STDERR, "These tests run inside a real WordPress: set $needed, as InWordPressTest does.\n");
        exit(1);
    }
}
$_SERVER['HTTP_HOST'] = $_SERVER['SERVER_NAME'] = getenv('SITE_HOST');
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';

if (getenv('MULTISITE') === '1') {
    passthru(escapeshellarg(PHP_BINARY) . ' ' . escapeshellarg(__DIR__ . '/make-network.php'), $status);
    if ($status !== 0) {
        exit($status);
    }
}

require getenv('SITE_CODE') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
wp_set_current_user(1);

define('PHPUNIT_COMPOSER_INSTALL', 'PHPUnit/Autoload.php'); // Debian's
require PHPUNIT_COMPOSER_INSTALL;
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Aloft\\InWordPress\\')) {
        require __DIR__ . '/' . substr($class, strlen('Aloft\\InWordPress\\')) . '.php';
    }
}, true, true);

PHPUnit\TextUI\Command::main();
