<?php

/**
 * Plugin Name: Bundle Importer
 * Description: Unpacks an archive that was uploaded, with WordPress's own unzip_file(), beside it.
 */

function bundle_import(string $archive): array
{
    require_once ABSPATH . 'wp-admin/includes/file.php';
    WP_Filesystem();
    $base = wp_upload_dir()['basedir'];
    $to = "$base/bundle-importer/" . basename($archive, '.zip');
    $done = unzip_file("$base/$archive", $to);
    if (is_wp_error($done)) {
        return ['error' => $done->get_error_message()];
    }
    $found = [];
    foreach (list_files($to) as $file) {
        if (is_file($file)) {
            $found[substr($file, strlen($to) + 1)] = md5_file($file);
        }
    }
    return ['found' => $found, 'bytes' => recurse_dirsize($to)];
}

add_action('rest_api_init', function (): void {
    register_rest_route('habits/v1', '/bundle-importer', [
        'permission_callback' => fn (): bool => current_user_can('manage_options'),
        'callback' => fn (WP_REST_Request $request): array => bundle_import($request['archive']),
    ]);
});
