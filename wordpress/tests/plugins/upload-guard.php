<?php

/**
 * Plugin Name: Upload Guard
 * Description: Puts an .htaccess and empty index.php files among the uploads, as security and form plugins do.
 */

function upload_guard(string $folder): array
{
    require_once ABSPATH . 'wp-admin/includes/misc.php';
    $directory = wp_upload_dir()['basedir'] . "/$folder";
    wp_mkdir_p($directory);
    $rules = ['<Files *.php>', 'deny from all', '</Files>'];
    $marked = insert_with_markers("$directory/.htaccess", 'Upload Guard', $rules)
        && insert_with_markers("$directory/.htaccess", 'Upload Guard', $rules);
    wp_mkdir_p("$directory/sold");
    insert_with_markers("$directory/sold/.htaccess", 'Upload Guard', ['deny from all']);
    file_put_contents("$directory/sold/book.pdf", 'The book');
    file_put_contents("$directory/cover.jpg", 'The cover');
    foreach (['', '/forms', '/forms/a'] as $below) {
        wp_mkdir_p($directory . $below);
        if (!file_exists("$directory$below/index.php")) {
            $handle = @fopen("$directory$below/index.php", 'w');
            fwrite($handle, "<?php\n// Silence is golden.\n");
            fclose($handle);
        }
    }
    return [
        'marked' => $marked,
        'rules' => extract_from_markers("$directory/.htaccess", 'Upload Guard'),
        'times' => substr_count(file_get_contents("$directory/.htaccess"), '# BEGIN Upload Guard'),
    ];
}

add_action('rest_api_init', function (): void {
    register_rest_route('habits/v1', '/upload-guard', [
        'permission_callback' => fn (): bool => current_user_can('manage_options'),
        'callback' => fn (WP_REST_Request $request): array => upload_guard($request['folder']),
    ]);
});
