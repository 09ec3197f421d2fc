<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * Files that code for WordPress VIP keeps on the host: by path and by pattern, for this request.
 */
final class LocalNamesTest extends SiteTestCase
{
    public function testAPathIsKeptOnTheHost(): void
    {
        $path = wp_upload_dir(null, false)['basedir'] . '/kept-' . bin2hex(random_bytes(6)) . '.json';
        self::assertTrue(wpvip_fs_local_file_add($path));
        self::assertSame([$path => true], wpvip_fs_local_file_list());

        $requests = self::requestsOf(static function () use ($path): void {
            self::assertSame(2, file_put_contents($path, '{}'));
            self::assertStringEqualsFile($path, '{}');
            self::assertSame(2, filesize($path));
            self::assertTrue(unlink($path));
            file_put_contents($path, '{}');
        });

        self::assertTrue(wpvip_fs_local_file_remove($path));
        self::assertFalse(wpvip_fs_local_file_remove($path));
        self::assertSame('no requests', $requests);
        self::assertFileDoesNotExist($path, 'S3 has never had it');
    }

    public function testAPatternIsKeptWithinOneDirectory(): void
    {
        $base = wp_upload_dir(null, false)['basedir'];
        $name = bin2hex(random_bytes(6));
        self::assertTrue(wpvip_fs_local_file_add('vip://wp-content/uploads/tmp/*'));

        $requests = self::requestsOf(static function () use ($base, $name): void {
            file_put_contents("$base/tmp/$name", 'here');
            self::assertStringEqualsFile("$base/tmp/$name", 'here');
            self::assertTrue(unlink("$base/tmp/$name"));
        });
        self::assertSame('no requests', $requests);
        file_put_contents("$base/tmp/deep/$name", 'in S3');
        wpvip_fs_local_file_remove('vip://wp-content/uploads/tmp/*');

        self::assertStringEqualsFile("$base/tmp/deep/$name", 'in S3');
        unlink("$base/tmp/deep/$name");
    }

    public function testANameIsKeptInEveryFolder(): void
    {
        $base = wp_upload_dir(null, false)['basedir'];
        $name = 'kept-' . bin2hex(random_bytes(6));
        self::assertTrue(wpvip_fs_local_file_add(".$name"));
        self::assertTrue(wpvip_fs_local_file_add("$name-*.tmp"));

        $requests = self::requestsOf(static function () use ($base, $name): void {
            foreach (["$base/.$name", "$base/cache/.$name", "$base/cache/deep/$name-1.tmp"] as $path) {
                self::assertSame(4, file_put_contents($path, 'here'));
                self::assertStringEqualsFile($path, 'here');
                self::assertTrue(unlink($path));
            }
        });
        self::assertSame('no requests', $requests);
        file_put_contents("$base/.$name.txt", 'in S3');
        wpvip_fs_local_file_remove(".$name");
        wpvip_fs_local_file_remove("$name-*.tmp");

        self::assertStringEqualsFile("$base/.$name.txt", 'in S3');
        unlink("$base/.$name.txt");
    }

    public function testOnlyTheBucketsPathsCanBeKept(): void
    {
        self::assertFalse(wpvip_fs_local_file_add(null));
        self::assertFalse(wpvip_fs_local_file_add(''));
        self::assertFalse(wpvip_fs_local_file_remove(null));
        self::assertFalse(wpvip_fs_local_file_add('../x'));
        self::assertFalse(wpvip_fs_local_file_add('/etc/passwd'));
        self::assertFalse(wpvip_fs_local_file_add('vip://elsewhere/x'));
        self::assertSame([], wpvip_fs_local_file_list());
    }
}
