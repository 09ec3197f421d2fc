<?php

/**
 * Plugin Name: Orders Export
 * Description: Writes a large table batch by batch, each in a request of its own, as shops' exporters do.
 */

function orders_export_directory(): string
{
    $directory = wp_upload_dir()['basedir'] . '/orders-export';
    wp_mkdir_p($directory);
    return $directory;
}

function orders_export_batch(int $batch): array
{
    $file = orders_export_directory() . '/orders.csv.part';
    if ($batch === 1 && file_exists($file)) {
        unlink($file);
    }
    $handle = fopen($file, 'a+');
    if (fstat($handle)['size'] === 0) {
        fputcsv($handle, ['Order', 'Customer', 'Total']);
    }
    for ($order = ($batch - 1) * 100 + 1; $order <= $batch * 100; $order++) {
        fputcsv($handle, [$order, "Customer \"$order\"", number_format($order * 1.19, 2)]);
    }
    fclose($handle);
    return ['bytes' => filesize($file)];
}

function orders_export_finish(): array
{
    $directory = orders_export_directory();
    rename("$directory/orders.csv.part", "$directory/orders.csv");
    $rows = 0;
    for ($handle = fopen("$directory/orders.csv", 'r'); fgetcsv($handle) !== false; $rows++) {
        continue;
    }
    fclose($handle);
    return ['rows' => $rows, 'left' => file_exists("$directory/orders.csv.part")];
}

add_action('rest_api_init', function (): void {
    register_rest_route('habits/v1', '/orders-export', [
        'permission_callback' => fn (): bool => current_user_can('manage_options'),
        'callback' => fn (WP_REST_Request $request): array => isset($request['batch'])
            ? orders_export_batch((int) $request['batch'])
            : orders_export_finish(),
    ]);
});
