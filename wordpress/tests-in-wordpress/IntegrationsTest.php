<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Integrations\ContactForm7;
use Aloft\Integrations\EasyDigitalDownloads;
use Aloft\Integrations\PdfInvoices;
use Aloft\Integrations\WooCommerce;
use Aloft\Plugin;
use Aloft\Uploads\Hooks;

/**
 * Shops and forms, by what they ask of their own filters and of PHP.
 */
final class IntegrationsTest extends SiteTestCase
{
    private string $file;
    private string $url;

    protected function setUp(): void
    {
        parent::setUp();
        $uploads = wp_upload_dir(null, false);
        $name = '/woocommerce_uploads/book-' . bin2hex(random_bytes(4)) . '.pdf';
        $this->file = $uploads['basedir'] . $name;
        $this->url = $uploads['baseurl'] . $name;
        file_put_contents($this->file, 'the book');
    }

    public function testWooCommerceReadsAnUploadThatItSells(): void
    {
        self::assertStringStartsWith('/', self::parsed($this->file), 'without Aloft\'s word the scheme is cut off');
        (new WooCommerce(Plugin::ofThisSite()->uploads))->register(new Hooks());

        self::assertStringEqualsFile(self::parsed($this->file), 'the book');
        self::assertSame('/etc/passwd', self::parsed('/etc/passwd'));
        self::assertSame('/elsewhere/a.pdf', self::parsed('s3://media/elsewhere/a.pdf'), 'not of this site');
        $remote = 'https://example.com/uploads/a.pdf';
        self::assertSame($remote, apply_filters('woocommerce_download_parse_file_path', $remote, true));
    }

    public function testWooCommerceSendsAnUploadItself(): void
    {
        (new WooCommerce(Plugin::ofThisSite()->uploads))->register(new Hooks());
        $method = static fn (string $chosen, string $file): string
            => apply_filters('woocommerce_file_download_method', $chosen, 7, $file);

        foreach (['force', 'xsendfile', 'redirect'] as $chosen) {
            self::assertSame('force', $method($chosen, $this->file));
            self::assertSame('force', $method($chosen, $this->url));
            self::assertSame($chosen, $method($chosen, 'https://cdn.example.com/a.pdf'));
        }
    }

    public function testWooCommerceDeliversAnUploadByTheNameThatItHadOnADisk(): void
    {
        (new WooCommerce(Plugin::ofThisSite()->uploads))->register(new Hooks());
        $path = static fn (string $file): string => apply_filters('woocommerce_download_product_filepath', $file);
        $exists = static fn (string $file): bool => apply_filters('woocommerce_downloadable_file_exists', false, $file);

        foreach ([$this->file, $this->url, ...$this->namesOnADisk()] as $name) {
            self::assertSame($this->file, $path($name));
            self::assertTrue($exists($name), $name);
        }
        $disk = $this->namesOnADisk()[0];
        $above = dirname($disk) . '/../../../wp-config.php';
        foreach (["$disk.missing", $above, 'https://example.com/a.pdf', ''] as $other) {
            self::assertSame($other, $path($other));
            self::assertFalse($exists($other), $other);
        }
    }

    public function testWooCommerceImportsAnUpload(): void
    {
        (new WooCommerce(Plugin::ofThisSite()->uploads))->register(new Hooks());
        foreach (['woocommerce_csv_importer', 'woocommerce_product_csv_importer'] as $importer) {
            $isChecked = static fn (string $file): bool
                => apply_filters("{$importer}_check_import_file_path", true, $file);

            self::assertFalse($isChecked($this->file));
            foreach (['phar://x/a.csv', 'https://example.com/a.csv', 's3://others/uploads/a.csv', '/a.csv'] as $other) {
                self::assertTrue($isChecked($other), $other);
            }
        }
    }

    public function testWooCommerceLogsIntoTheDatabaseUnlessAskedOtherwise(): void
    {
        (new WooCommerce(Plugin::ofThisSite()->uploads))->register(new Hooks());

        self::assertSame('WC_Log_Handler_DB', get_option('woocommerce_logs_default_handler', 'files'));
        update_option('woocommerce_logs_default_handler', 'files');
        self::assertSame('files', get_option('woocommerce_logs_default_handler'));
        delete_option('woocommerce_logs_default_handler');
    }

    public function testEasyDigitalDownloadsSendsAnUploadItself(): void
    {
        self::assertSame("redirect to $this->url", self::delivered($this->url), 'without Aloft\'s word');
        (new EasyDigitalDownloads(Plugin::ofThisSite()->uploads))->register(new Hooks());

        self::assertSame('the book', self::delivered($this->url));
        self::assertSame('the book', self::delivered($this->file));
        foreach ($this->namesOnADisk() as $name) {
            self::assertSame('the book', self::delivered($name), $name);
        }
        self::assertTrue(apply_filters('edd_ignore_x_accel_redirect', false));
        $elsewhere = 'https://cdn.example.com/a.pdf';
        self::assertSame("redirect to $elsewhere", self::delivered($elsewhere));
        self::assertFalse(apply_filters('edd_ignore_x_accel_redirect', false));
        self::assertSame('denied', self::delivered('s3://media/other/a.pdf'));
        self::assertSame('denied', self::delivered(dirname($this->file) . '/../../../secret.pdf'));
    }

    public function testInvoicesAreMadeOnTheHost(): void
    {
        $folder = wp_upload_dir()['basedir'] . '/wpo_wcpdf/';
        (new PdfInvoices())->register(new Hooks());

        $local = apply_filters('wpo_wcpdf_tmp_path', $folder);
        wp_mkdir_p("{$local}fonts");
        file_put_contents("{$local}fonts/installed.php", '<?php return ["serif" => 1];');

        self::assertSame(['serif' => 1], require "{$local}fonts/installed.php");
        self::assertSame('/srv/pdf/', apply_filters('wpo_wcpdf_tmp_path', '/srv/pdf/'));
        array_map(unlink(...), glob("{$local}fonts/*"));
        rmdir("{$local}fonts");
        rmdir($local);
    }

    public function testAFormThatAsksWhereItsFileReallyIsKeepsItOnTheHost(): void
    {
        [$status, $output] = self::inAnotherProcess([], '
            $folder = WPCF7_UPLOADS_TMP_DIR;
            wp_mkdir_p("$folder/1");
            file_put_contents("$folder/1/cv.pdf", "x");
            $isInside = str_starts_with(realpath("$folder/1/cv.pdf"), trailingslashit(realpath(WP_TEMP_DIR)));
            unlink("$folder/1/cv.pdf"); rmdir("$folder/1"); rmdir($folder);
            echo "\n", json_encode([$isInside, fileperms(dirname($folder)) & 0777]);
        ', 'define("WPCF7_VERSION", "6.0");');

        self::assertSame(0, $status, $output);
        self::assertSame('[true,448]', trim((string) strrchr($output, "\n")));
    }

    public function testAFormsMailAttachesTheUploadsThatItsSettingsName(): void
    {
        (new ContactForm7(Plugin::ofThisSite()->uploads, Plugin::ofThisSite()->files))->register(new Hooks());
        $mails = [];
        add_filter('pre_wp_mail', static function (mixed $sent, array $mail) use (&$mails): bool {
            $mails[] = array_map(file_get_contents(...), $mail['attachments']);
            return true;
        }, 10, 2);
        $own = dirname(self::photo(10, 10)) . '/cv.txt';
        file_put_contents($own, 'the visitor\'s');
        $missing = "$this->file.missing";
        $listed = ['attachments' => [$own, $this->namesOnADisk()[0], $missing], 'x' => 1];

        self::assertSame(
            ['attachments' => [$own, $missing], 'x' => 1],
            apply_filters('wpcf7_mail_components', $listed),
        );
        wp_mail('a@example.org', 'another', 'plugin\'s mail');
        wp_mail('a@example.org', 'a form\'s', 'mail', ['X-WPCF7-Content-Type: text/plain'], [$own]);
        wp_mail('a@example.org', 'its second', 'mail', ['X-WPCF7-Content-Type: text/plain']);

        self::assertSame([[], ['the visitor\'s', 'the book'], []], $mails);
    }

    public function testAFormsMailFailsIfItCannotBeKnownThatItsUploadsAreThere(): void
    {
        $code = '$file = wp_upload_dir(null, false)["basedir"] . "/2026/11/terms.pdf";
            add_action("wp_mail_failed", static fn (WP_Error $error) => print("\n" . $error->get_error_message()));
            $files = apply_filters("wpcf7_mail_components", ["attachments" => [$file]])["attachments"];
            $isSent = wp_mail("a@example.org", "a form\'s", "mail", ["X-WPCF7-Content-Type: text/plain"], $files);
            echo "\n", json_encode([$files, $isSent]);';
        $away = ['ALOFT_SOCKET' => '/nonexistent/agent.sock'];

        [, $output] = self::inAnotherProcess($away, $code, 'define("WPCF7_VERSION", "6.0");');

        self::assertStringContainsString("\nThe mail was not sent, because attachments cannot be read: s3://", $output);
        self::assertStringEndsWith("\n[[],false]", $output);
    }

    public function testAPluginThatIsNotThereIsLeftAlone(): void
    {
        $code = 'echo "\n", json_encode([has_filter("woocommerce_file_download_method"),'
            . ' has_filter("edd_requested_file"), defined("WPCF7_UPLOADS_TMP_DIR")]);';

        [, $without] = self::inAnotherProcess([], $code);
        [, $with] = self::inAnotherProcess([], $code, 'class WooCommerce {} class Easy_Digital_Downloads {}');

        self::assertSame('[false,false,false]', trim((string) strrchr($without, "\n")));
        self::assertSame('[true,true,false]', trim((string) strrchr($with, "\n")));
    }

    /**
     * Names of the file in records from before Aloft.
     *
     * @return list<string>
     */
    private function namesOnADisk(): array
    {
        $directory = Plugin::ofThisSite()->uploads->withoutAloft()['basedir'];
        $names = ["$directory/woocommerce_uploads/" . basename($this->file)];
        return str_starts_with($directory, ABSPATH) ? [...$names, substr($names[0], strlen(ABSPATH) - 1)] : $names;
    }

    /** Result of a shop's path parser, which drops the scheme of a path. */
    private static function parsed(string $file): string
    {
        return apply_filters('woocommerce_download_parse_file_path', parse_url($file, PHP_URL_PATH), false);
    }

    /** A buyer's answer from a shop that sends paths below its own folders and redirects to URLs. */
    private static function delivered(string $file): string
    {
        $file = apply_filters('edd_requested_file', $file, [], 0, []);
        $details = parse_url($file);
        $isPath = !in_array($details['scheme'] ?? '', ['http', 'https'], true);
        $isInContent = !$isPath || str_starts_with((string) realpath($file), WP_CONTENT_DIR);
        $schemes = ['http', 'https'];
        if (!apply_filters('edd_local_file_location_is_allowed', $isInContent, $details, $schemes, false)) {
            return 'denied';
        }
        $isLocal = apply_filters('edd_is_local_file', str_starts_with($file, '/'), $file);
        return filter_var($file, FILTER_VALIDATE_URL) && !$isLocal ? "redirect to $file" : file_get_contents($file);
    }
}
