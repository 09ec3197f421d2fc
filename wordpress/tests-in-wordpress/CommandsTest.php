<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * `wp aloft` and `wp s3-uploads`, each run as a program of its own.
 */
final class CommandsTest extends SiteTestCase
{
    public function testVerifyWritesReadsAndRemoves(): void
    {
        foreach (['aloft', 's3-uploads'] as $command) {
            [$status, $output] = self::wp($command, 'verify');
            self::assertSame(0, $status, $output);
            self::assertStringContainsString('Success: Uploads can be written, read and removed.', $output);
        }
        self::assertSame([], $this->newFiles());
    }

    public function testVerifyFailsWhenS3IsAway(): void
    {
        [$status, $output] = self::whileS3IsDown(static fn (): array => self::wp('aloft', 'verify'));
        self::assertSame(1, $status, $output);
        self::assertStringContainsString('Error: ', $output);
    }

    public function testFilesAreCopiedListedAndRemoved(): void
    {
        $bucket = explode('/uploads', wp_upload_dir()['basedir'])[0];
        $local = dirname(self::photo(10, 10));
        file_put_contents("$local/a.txt", 'a');

        self::assertSame(0, self::wp('aloft', 'cp', "$local/a.txt", "$bucket/uploads/cli/a.txt")[0]);
        self::assertSame(0, self::wp('aloft', 'cp', $local, "$bucket/uploads/cli/sub")[0]);
        self::assertSame(0, self::wp('aloft', 'cp', "$bucket/uploads/cli", "$local-back")[0]);
        self::assertStringEqualsFile("$local-back/sub/a.txt", 'a');
        array_map(unlink(...), [...glob("$local-back/sub/*"), ...glob("$local-back/*.txt")]);
        rmdir("$local-back/sub");
        rmdir("$local-back");

        [, $list] = self::wp('s3-uploads', 'ls', 'uploads/cli');
        self::assertSame(['a.txt', 'sub/a.txt', 'sub/photo.jpg'], explode("\n", trim($list)));

        [$status, $output] = self::wp('s3-uploads', 'rm', 'uploads/cli', '--regex=/\.txt$/');
        self::assertSame(0, $status, $output);
        self::assertSame("sub/photo.jpg\n", self::wp('aloft', 'ls', 'uploads/cli')[1]);
        self::assertSame(0, self::wp('aloft', 'rm', 'uploads/cli')[0]);
        self::assertFalse(is_dir("$bucket/uploads/cli"));
    }

    public function testTheWholeBucketIsNeverRemoved(): void
    {
        foreach (['/', '', 'uploads/..', '.'] as $path) {
            [$status, $output] = self::wp('aloft', 'rm', $path);
            self::assertSame(1, $status, $output);
        }
    }

    public function testADirectoryIsUploadedAndThenOnlyWhatChanged(): void
    {
        $local = dirname(self::photo(10, 10));
        mkdir("$local-up/deep", 0700, true);
        file_put_contents("$local-up/a.txt", 'a');
        file_put_contents("$local-up/deep/b.txt", 'b');

        $upload = ['s3-uploads', 'upload-directory', "$local-up", 'uploads/cli-up'];
        self::assertStringContainsString('Would copy 2 files', self::wp(...[...$upload, '--dry-run'])[1]);
        $first = self::wp(...[...$upload, '--concurrency=5', '--verbose']);
        self::assertStringContainsString('Copied 2 files', $first[1]);
        file_put_contents("$local-up/a.txt", 'longer');
        $second = self::wp(...[...$upload, '--sync']);
        self::assertStringContainsString('Copied 1 files', $second[1]);

        self::assertSame(0, self::wp('aloft', 'rm', 'uploads/cli-up')[0]);
        array_map(unlink(...), ["$local-up/a.txt", "$local-up/deep/b.txt"]);
        rmdir("$local-up/deep");
        rmdir("$local-up");
    }

    public function testTheFilesOfAnAttachmentAreNamedAndMadePrivate(): void
    {
        $id = self::sideload(self::photo());

        [, $files] = self::wp('s3-uploads', 'get-attachment-files', (string) $id);
        foreach (self::filesOf($id) as $file) {
            self::assertStringContainsString($file, $files);
        }
        [$status, $output] = self::wp('s3-uploads', 'set-attachment-acl', (string) $id, 'private');
        self::assertSame(0, $status, $output);
        wp_cache_flush();
        self::assertStringContainsString('aloft-signature', wp_get_attachment_url($id), 'pages know it, too');
        self::assertSame(0, self::wp('aloft', 'set-attachment-acl', (string) $id, 'public-read')[0]);
        wp_cache_flush();
        self::assertStringNotContainsString('aloft-signature', wp_get_attachment_url($id));
        self::assertSame(200, self::status(wp_get_attachment_url($id)));
        self::assertSame(1, self::wp('s3-uploads', 'set-attachment-acl', (string) $id, 'secret')[0]);
    }

    public function testThePolicyNamesWhatTheAgentNeeds(): void
    {
        $policy = json_decode(self::wp('s3-uploads', 'generate-iam-policy')[1], true);

        self::assertSame('2012-10-17', $policy['Version']);
        self::assertSame('arn:aws:s3:::media/*', $policy['Statement'][0]['Resource']);
        self::assertSame('s3:ListBucket', $policy['Statement'][1]['Action']);
        self::assertStringNotContainsString('Acl', (string) wp_json_encode($policy));
    }

    public function testUploadsCanStayOnTheServerUntilTheyAreEnabled(): void
    {
        $off = ['S3_UPLOADS_AUTOENABLE' => 'false'];
        self::assertStringContainsString('uploads stay on this server', self::wpWith($off, 'aloft', 'verify')[1]);
        self::assertSame(0, self::wpWith($off, 's3-uploads', 'enable')[0]);
        self::assertSame(0, self::wpWith($off, 'aloft', 'verify')[0]);
        self::assertSame(0, self::wpWith($off, 's3-uploads', 'disable')[0]);
        self::assertSame(1, self::wpWith($off, 'aloft', 'verify')[0]);
    }

    public function testTheAgentIsAskedForItsState(): void
    {
        [$status, $output] = self::wp('aloft', 'status');
        self::assertSame(0, $status, $output);
        self::assertStringContainsString('bucket: media', $output);
        self::assertStringContainsString('writable: true', $output);
    }

    public function testTheObjectCacheIsEnabledAndDisabled(): void
    {
        $file = WP_CONTENT_DIR . '/object-cache.php';
        $command = static fn (string ...$words): array => self::wp('aloft', 'object-cache', ...$words);
        self::assertStringContainsString('drop-in: not installed', $command('status')[1]);
        self::assertSame(1, $command('flush')[0]);
        try {
            foreach ([1, 2] as $time) {
                [$status, $output] = $command('enable');
                self::assertSame(0, $status, $output);
                self::assertFileEquals(dirname(__DIR__) . '/object-cache.php', $file);
            }
            self::assertStringContainsString("drop-in: installed\nagent: ready", $command('status')[1]);
            self::assertMatchesRegularExpression('/^entries: [1-9]\d*\n.*^hit ratio: \d+ %$/ms', $command('stats')[1]);
            self::assertMatchesRegularExpression('/^options,alloptions,\d{3,},-$/m', $command('keys')[1]);
            [$status, $options] = $command('keys', '--group=options');
            self::assertSame(0, $status, $options);
            self::assertSame([], preg_grep('/^options,/', explode("\n", trim($options)), PREG_GREP_INVERT));
            self::assertSame("1\n", $command('keys', '--limit=1', '--format=count')[1]);
            $all = $command('keys', '--group=options', '--limit=0')[1];
            self::assertStringContainsString('options,alloptions,', $all);
            $panel = '$panel = Aloft\Operations\ObjectCacheSection::of(["object_cache" => ["hits" => 9, "misses" => 1],'
                . ' "object_cache_slowest" => [["when" => 1, "micros" => 2100, "commands" => 3, "bytes" => 9,'
                . ' "key" => "0123456789ab:<i>/b"]]]); echo $panel->html() . $panel->slowest();';
            [$status, $html] = self::inAnotherProcess([], $panel);
            self::assertSame(0, $status, $html);
            self::assertMatchesRegularExpression('~<th scope="row">options</th><td class="aloft-number">\d~', $html);
            self::assertMatchesRegularExpression('~<th scope="row">options/alloptions</th>~', $html);
            self::assertStringContainsString('<td>&lt;i&gt;/b</td>', $html);
            self::assertStringContainsString('2.1 ms', $html);
            self::assertSame(0, $command('flush')[0]);
            $check = '$test = WP_Site_Health::get_tests()["direct"]["aloft_cache"]["test"]; echo $test()["label"];';
            self::assertSame([0, "The object cache is kept in Aloft's agent"], self::inAnotherProcess([], $check));

            file_put_contents($file, '<?php // of another plugin');
            self::assertStringContainsString('drop-in: of another plugin', $command('status')[1]);
            self::assertSame([1, 1], [$command('enable')[0], $command('disable')[0]]);
            self::assertSame(0, $command('enable', '--force')[0]);
            self::assertSame(0, $command('disable')[0]);
            self::assertFileDoesNotExist($file);
        } finally {
            is_file($file) && unlink($file);
        }
    }

    public function testWhatACommandDoesNotNameIsRefused(): void
    {
        self::assertSame(1, self::wp('s3-uploads', 'cp', 'only-one')[0]);
        self::assertSame(1, self::wp('s3-uploads', 'rm', 'x', '--force')[0]);
        self::assertSame(1, self::wp('s3-uploads', 'register')[0]);
    }
}
