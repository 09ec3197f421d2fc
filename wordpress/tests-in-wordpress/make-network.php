<?php

// Makes the tables of a network around the one site that is there, once. OLD_NETWORK=1 for one whose sites have their
// uploads where WordPress had them before 3.5.

declare(strict_types=1);

$isOfDomains = getenv('SUBDOMAIN_INSTALL') === '1';
putenv('MULTISITE=');
putenv('SUBDOMAIN_INSTALL=');
$_SERVER['HTTP_HOST'] = getenv('SITE_HOST');
$_SERVER['REQUEST_URI'] = '/';
define('WP_INSTALLING_NETWORK', true);

require getenv('SITE_CODE') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/network.php';

foreach ($wpdb->tables('ms_global') as $name => $table) {
    $wpdb->$name = $table;
}
if ($wpdb->get_var("SHOW TABLES LIKE '$wpdb->site'") === null) {
    install_network();
    $made = populate_network(1, getenv('SITE_HOST'), 'admin@example.org', 'Network', '/', $isOfDomains);
    if (is_wp_error($made) && $made->get_error_code() !== 'no_wildcard_dns') {
        fwrite(STDERR, $made->get_error_message() . "\n");
        exit(1);
    }
}
$isOld = getenv('OLD_NETWORK') === '1' ? '1' : '0';
$wpdb->update($wpdb->sitemeta, ['meta_value' => $isOld], ['meta_key' => 'ms_files_rewriting']);
