<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * The archive of a user's personal data: made, stored whole, found by its address, and removed when it is old.
 */
final class PersonalDataTest extends SiteTestCase
{
    public function testAnExportIsStoredAsOneWholeArchive(): void
    {
        $request = self::request();

        do_action('wp_privacy_personal_data_export_file', $request);

        $name = get_post_meta($request, '_export_file_name', true);
        $stored = wp_privacy_exports_dir() . $name;
        self::assertStringStartsWith('s3://', $stored);
        self::assertFileExists($stored);
        $zip = new \ZipArchive();
        self::assertTrue($zip->open(self::localCopy($stored), \ZipArchive::CHECKCONS));
        self::assertNotFalse($zip->locateName('index.html'));
        $zip->close();
        self::assertSame([], glob(get_temp_dir() . 'aloft-export-*'), 'nothing stays on the server');
        self::assertSame([$name], $this->newFiles(), 'no report beside it');
    }

    public function testAFailedExportSaysSoAndLeavesNothing(): void
    {
        $request = self::request();
        add_filter('wp_die_ajax_handler', static fn (): \Closure => static function (): void {
            throw new \RuntimeException('died');
        });
        add_filter('wp_doing_ajax', '__return_true');
        $answer = self::whileS3IsDown(static function () use ($request): array {
            try {
                ob_start();
                do_action('wp_privacy_personal_data_export_file', $request);
                self::fail('the export does not end');
            } catch (\RuntimeException) {
                return json_decode((string) ob_get_contents(), true);
            } finally {
                ob_end_clean();
            }
        });

        self::assertFalse($answer['success']);
        self::assertStringContainsString('could not be stored', $answer['data']);
        self::assertSame([], $this->newFiles());
    }

    public function testOldExportsAreRemoved(): void
    {
        $request = self::request();
        do_action('wp_privacy_personal_data_export_file', $request);
        add_filter('wp_privacy_export_expiration', static fn (): int => -10);

        wp_privacy_delete_old_export_files();

        self::assertSame([], $this->newFiles());
    }

    private static function request(): int
    {
        $request = wp_create_user_request('admin@example.org', 'export_personal_data', [], 'confirmed');
        if (is_wp_error($request)) {
            $request = wp_create_user_request(
                bin2hex(random_bytes(4)) . '@example.org',
                'export_personal_data',
                [],
                'confirmed',
            );
        }
        self::assertIsInt($request, is_wp_error($request) ? $request->get_error_message() : '');
        update_post_meta($request, '_export_data_grouped', [
            'user' => ['group_label' => 'User', 'group_description' => '', 'items' => [[
                ['name' => 'E-mail', 'value' => 'admin@example.org'],
            ]]],
        ]);
        return $request;
    }

    private static function localCopy(string $file): string
    {
        $copy = dirname(self::photo(10, 10)) . '/copy.zip';
        copy($file, $copy);
        return $copy;
    }
}
