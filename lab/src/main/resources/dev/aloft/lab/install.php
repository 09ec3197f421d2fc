<?php

// Installs WordPress in an empty database, or brings the database of an older WordPress up to date, and makes a network
// of it where one is asked for; then makes the administrator's password and a password for the REST API what the caller expects. Prints the latter.

declare(strict_types=1);

define('WP_INSTALLING', true);
define('SITE_INSTALLING', true);
$network = getenv('SITE_NETWORK');
if ($network !== '') {
    define('WP_INSTALLING_NETWORK', true);
}
// The site's plugins talk to an agent that need not run yet.
define('WPMU_PLUGIN_DIR', '/nonexistent');

$_SERVER['HTTP_HOST'] = getenv('SITE_HOST');
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';

require getenv('SITE_CODE') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

add_filter('pre_wp_mail', '__return_true');
add_filter('pre_http_request', static fn () => new WP_Error('offline', 'no network while installing'));

$login = getenv('SITE_USER');
$password = getenv('SITE_PASSWORD');
if (is_blog_installed()) {
    wp_upgrade();
} else {
    wp_install('Aloft', $login, 'admin@example.org', true, '', wp_slash($password));
}
if ($network !== '') {
    require ABSPATH . 'wp-admin/includes/network.php';
    foreach ($wpdb->tables('ms_global') as $name => $table) {
        $wpdb->$name = $table;
    }
    if ($wpdb->get_var("SHOW TABLES LIKE '$wpdb->site'") === null) {
        install_network();
        $host = getenv('SITE_HOST');
        $made = populate_network(1, $host, 'admin@example.org', 'Network', '/', $network === 'subdomains');
        if (is_wp_error($made) && $made->get_error_code() !== 'no_wildcard_dns') {
            fwrite(STDERR, $made->get_error_message() . "\n");
            exit(1);
        }
        $inUse = ['site_id' => 1, 'meta_key' => 'using_application_passwords', 'meta_value' => '1'];
        $wpdb->insert($wpdb->sitemeta, $inUse);
    }
}
$user = get_user_by('login', $login);
wp_set_password($password, $user->ID);

$rewrite = $GLOBALS['wp_rewrite'];
$rewrite->set_permalink_structure('/%year%/%monthnum%/%day%/%postname%/');
$rewrite->flush_rules(false);

WP_Application_Passwords::delete_all_application_passwords($user->ID);
$made = WP_Application_Passwords::create_new_application_password($user->ID, ['name' => 'Aloft']);
if (is_wp_error($made)) {
    fwrite(STDERR, $made->get_error_message() . "\n");
    exit(1);
}
echo $made[0];
