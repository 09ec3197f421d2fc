<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * Mails that bring uploads along, through WordPress's own mailer and a program in the place of sendmail.
 */
final class MailTest extends SiteTestCase
{
    private Mailbox $mailbox;
    private string $directory;

    /** Folder of this process's local copies. */
    private string $copies;

    /** @var list<string> those that were there before */
    private array $others = [];

    /** @var list<\WP_Error> */
    private array $failures = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->mailbox = Mailbox::open();
        $this->directory = wp_upload_dir()['path'];
        $copy = aloft_local_path($this->upload('where.txt', ''));
        $this->copies = dirname($copy);
        aloft_local_done($copy);
        $this->others = glob("$this->copies/*");
        add_filter('wp_mail_from', static fn (): string => 'site@example.org');
        add_action('wp_mail_failed', function (\WP_Error $error): void {
            $this->failures[] = $error;
        });
    }

    protected function tearDown(): void
    {
        $this->mailbox->close();
        parent::tearDown();
    }

    public function testAnUploadIsAttachedWholeAndUnderItsName(): void
    {
        $bytes = random_bytes(300_000);
        $file = $this->upload('Report of May.pdf', $bytes);

        self::assertTrue(wp_mail('editor@example.org', 'Report', 'Here it is.', '', $file), $this->reasons());

        self::assertSame([['Report of May.pdf' => $bytes]], $this->received());
        self::assertSame($this->others, glob("$this->copies/*"), 'no copy is left');
    }

    public function testUploadsAndOtherFilesAreAttachedTogether(): void
    {
        $a = $this->upload('a.txt', 'from S3');
        $b = $this->upload('b.php.txt', 'also');
        $local = self::photo(20, 20, 'local.jpg');

        self::assertTrue(wp_mail('editor@example.org', 'Three', 'All.', '', "$a\r\n$local\n$b"), $this->reasons());

        $files = ['a.txt' => 'from S3', 'local.jpg' => file_get_contents($local), 'b.php.txt' => 'also'];
        self::assertSame([$files], $this->received());
    }

    public function testFilesOfOneNameInTwoFoldersAreBothAttached(): void
    {
        $files = [];
        wp_mkdir_p("$this->directory/one");
        foreach (['one/same.txt', 'same.txt'] as $name) {
            $files[] = $this->upload($name, $name);
        }
        self::assertTrue(wp_mail('editor@example.org', 'Two', 'Both.', '', $files), $this->reasons());

        $message = $this->mailbox->messages()[0];
        self::assertSame(2, substr_count($message, 'filename=same.txt'));
        self::assertStringContainsString(base64_encode('one/same.txt'), $message);
        self::assertStringContainsString(base64_encode('same.txt'), $message);
    }

    public function testANameThatTheCallerGivesIsKept(): void
    {
        if (version_compare(get_bloginfo('version'), '6.2', '<')) {
            self::markTestSkipped('WordPress takes no names yet');
        }
        $file = $this->upload('x81.txt', 'invoice');

        wp_mail('buyer@example.org', 'Invoice', 'Thanks.', '', ['invoice.txt' => $file]);

        self::assertSame([['invoice.txt' => 'invoice']], $this->received());
    }

    public function testAPictureIsEmbedded(): void
    {
        if (version_compare(get_bloginfo('version'), '6.9', '<')) {
            self::markTestSkipped('WordPress embeds nothing yet');
        }
        $file = $this->upload('logo.jpg', (string) file_get_contents(self::photo(40, 30)));
        $html = ['Content-Type: text/html'];

        self::assertTrue(wp_mail('a@example.org', 'Logo', '<img src="cid:logo">', $html, [], ['logo' => $file]));

        self::assertSame([['logo.jpg' => file_get_contents($file)]], $this->received());
        self::assertStringContainsString('Content-ID: <logo>', $this->mailbox->messages()[0]);
    }

    public function testAMailWhoseFileIsMissingFailsAndSaysSo(): void
    {
        $there = $this->upload('there.txt', 'x');

        self::assertFalse(wp_mail('a@example.org', 'Two', 'Both.', '', [$there, "$this->directory/missing.pdf"]));

        self::assertSame([], $this->mailbox->messages());
        self::assertStringContainsString('missing.pdf: there is no such file', $this->reasons());
        self::assertSame('Two', $this->failures[0]->get_error_data()['subject']);
        self::assertSame($this->others, glob("$this->copies/*"), 'no copy is left');
    }

    public function testNoCopyIsLeftWhenTheMailCannotBeSent(): void
    {
        $this->mailbox->refuse();

        self::assertFalse(wp_mail('a@example.org', 'S', 'M', '', $this->upload('a.txt', 'x')));

        self::assertNotSame('', $this->reasons());
        self::assertSame($this->others, glob("$this->copies/*"), 'no copy is left');
    }

    public function testNoCopyIsLeftByTheNextMailWhenOneThrows(): void
    {
        $throw = static fn () => throw new \DomainException('a plugin fails');
        add_action('phpmailer_init', $throw);
        try {
            wp_mail('a@example.org', 'S', 'M', '', $this->upload('a.txt', 'x'));
            self::fail('the exception is the caller\'s');
        } catch (\DomainException) {
            remove_action('phpmailer_init', $throw);
        }

        wp_mail('a@example.org', 'Next', 'Without a file.');

        self::assertSame($this->others, glob("$this->copies/*"), 'no copy is left');
    }

    public function testAnotherMailerGetsPathsThatItCanUse(): void
    {
        $seen = [];
        add_filter('pre_wp_mail', static function (mixed $sent, array $mail) use (&$seen): bool {
            $seen = array_map(static fn (string $file): array => [
                realpath($file) === $file, basename($file), file_get_contents($file),
            ], $mail['attachments']);
            return true;
        }, 10, 2);

        self::assertTrue(wp_mail('a@example.org', 'S', 'M', '', [$this->upload('a.txt', 'x')]));

        self::assertSame([[true, 'a.txt', 'x']], $seen);
        self::assertSame($this->others, glob("$this->copies/*"), 'no copy is left');
    }

    public function testAMailThatIsSentWhileAnotherOneIsLeavesItItsFiles(): void
    {
        $copy = $this->upload('copy.txt', 'to the archive');
        $send = function () use (&$send, $copy): void {
            remove_action('phpmailer_init', $send);
            $mailer = $GLOBALS['phpmailer'];
            $GLOBALS['phpmailer'] = null;
            wp_mail('archive@example.org', 'Copy', 'M', '', $copy);
            $GLOBALS['phpmailer'] = $mailer;
        };
        add_action('phpmailer_init', $send);

        wp_mail('a@example.org', 'S', 'M', '', $this->upload('a.txt', 'to the reader'));

        self::assertSame([['copy.txt' => 'to the archive'], ['a.txt' => 'to the reader']], $this->received());
    }

    /** As a form does: where the file really is, attached, and deleted when the mail is gone. */
    public function testAFormMaySendAndDeleteWhatItReceived(): void
    {
        $bytes = random_bytes(20_000);
        $file = $this->upload('application.pdf', $bytes);
        $attachment = realpath($file) ?: $file;
        self::assertTrue(is_file($attachment) && is_readable($attachment));

        $sent = wp_mail('jobs@example.org', 'Application', 'From the form.', '', [$attachment]);
        unlink($file);

        self::assertTrue($sent, $this->reasons());
        self::assertSame([['application.pdf' => $bytes]], $this->received());
        self::assertFileDoesNotExist($file);
    }

    private function upload(string $name, string $bytes): string
    {
        file_put_contents("$this->directory/$name", $bytes);
        return "$this->directory/$name";
    }

    /** @return list<array<string, string>> */
    private function received(): array
    {
        return array_map(Mailbox::files(...), $this->mailbox->messages());
    }

    private function reasons(): string
    {
        return implode("\n", array_map(static fn (\WP_Error $e): string => $e->get_error_message(), $this->failures));
    }
}
