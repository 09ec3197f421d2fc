<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Files\S3Path;

/** Files that are named like those of a private attachment, and may belong to it. */
final class NamesakeInitialPrivacyTest extends SiteTestCase
{
    use SeenFiles;

    public function testANewUploadOfANameLikeItsFilesIsPrivateUntilAnEditorOpensIt(): void
    {
        self::privatePhoto('similar.jpg');
        $this->seen = [];

        $ids = [];
        foreach (['similar-jpg.webp', 'similar.webp'] as $name) {
            $file = self::folder() . "/$name";
            imagewebp(imagecreatetruecolor(60, 40), $file);
            $ids[] = $id = self::sideload($file);
            self::assertSame('1', get_post_meta($id, '_aloft_private', true), $name);
        }
        $this->assertSeen(404, 2);

        foreach ($ids as $id) {
            delete_post_meta($id, '_aloft_private');
            self::assertSame(200, self::status(wp_get_attachment_url($id)));
        }
        $this->seen = [];
        file_put_contents(get_attached_file($ids[0]), 'written again');
        $this->assertSeen(200, 1);
    }

    /** WordPress makes no PNG of a JPEG, and no GIF or HEIC of anything. */
    public function testANewUploadInAFormatThatItIsNotConvertedToIsPublic(): void
    {
        $id = self::privatePhoto('direction.jpg');
        $directory = dirname(get_attached_file($id));
        $this->seen = [];

        foreach (['direction.png', 'direction-jpg.png', 'direction.gif', 'direction.heic', 'direction.mp4'] as $name) {
            file_put_contents("$directory/$name", 'unrelated');
        }
        $this->assertSeen(200, 5);

        $heic = wp_insert_attachment(['post_mime_type' => 'image/heic'], "$directory/direction.heic");
        update_post_meta($heic, '_aloft_private', '1');
        delete_post_meta($id, '_aloft_private');
        $this->seen = [];
        foreach (['direction.png', 'direction.webp', 'direction.avif', 'direction-heic.jpg'] as $name) {
            file_put_contents("$directory/$name", 'made of it');
        }
        $this->assertSeen(404, 4);
    }

    public function testTheAttachmentOfAPrivateFileThatAnyCodeWroteIsFlagged(): void
    {
        $directory = dirname(get_attached_file(self::privatePhoto('beside.jpg')));
        file_put_contents("$directory/beside.webp", 'without a name from WordPress');
        self::assertSame(404, self::status(wp_upload_dir()['url'] . '/beside.webp'));
        file_put_contents("$directory/unlike.txt", 'written by another request');
        $files = \Aloft\Plugin::ofThisSite()->files;
        self::assertSame([], $files->makePrivate(S3Path::parse($directory), ['unlike.txt'], true));
        file_put_contents("$directory/open.txt", 'public');

        foreach (['beside.webp' => '1', 'unlike.txt' => '1', 'open.txt' => '', 'missing.txt' => ''] as $name => $flag) {
            $id = wp_insert_attachment(['post_mime_type' => 'text/plain'], "$directory/$name");
            self::assertSame($flag, get_post_meta($id, '_aloft_private', true), $name);
        }
    }

    /** Percent-encoded, such a name comes in URLs. WordPress does not run a query with it, and reports no error. */
    public function testANameThatTheDatabaseCannotHoldHidesNoOther(): void
    {
        $url = strtok(wp_get_attachment_url(self::privatePhoto('beside-invalid.jpg')), '?');

        $text = apply_filters('the_content', "<img src='$url'> <img src='" . dirname($url) . "/%ff.jpg'>");

        self::assertStringContainsString('aloft-signature', $text);
    }

    public function testWhatMayBeOfAPublicOrAPrivateOneIsPrivate(): void
    {
        $png = self::folder() . '/either.png';
        imagepng(imagecreatetruecolor(60, 40), $png);
        $private = self::sideload($png);
        update_post_meta($private, '_aloft_private', '1');
        $public = self::sideload(self::photo(600, 400, 'either.jpg'));
        delete_post_meta($public, '_aloft_private'); // it is named like the private one, too
        $main = get_attached_file($public);
        self::assertSame('either.jpg', basename($main));
        $this->seen = [];

        file_put_contents(preg_replace('/jpg$/', 'webp', $main), 'by an optimizer, of either');
        $this->assertSeen(404, 1);

        $this->seen = [];
        file_put_contents($main, file_get_contents(self::photo(500, 300)));
        $this->assertSeen(200, 1);

        $this->seen = [];
        file_put_contents(preg_replace('/\.jpg$/', '-50x30.jpg', $main), file_get_contents(self::photo(50, 30)));
        $this->assertSeen(404, 1);
    }

    public function testASizeThatMayBeOfAPrivatePictureInAnotherFormatIsPrivate(): void
    {
        $webp = self::folder() . '/rival.webp';
        imagewebp(imagecreatetruecolor(60, 40), $webp);
        $main = get_attached_file(self::sideload($webp));
        self::assertSame('rival.jpg', basename(get_attached_file(self::privatePhoto('rival.jpg'))));
        $this->seen = [];

        file_put_contents(dirname($main) . '/rival-300x200.webp', 'by an optimizer, of the JPEG');
        $this->assertSeen(404, 1);

        $this->seen = [];
        file_put_contents($main, file_get_contents($webp));
        $this->assertSeen(200, 1);
    }

    public function testAFileWhoseBytesAreAcceptedStaysKnownAsPrivate(): void
    {
        $path = S3Path::parse(get_attached_file(self::privatePhoto('accepted.jpg')));
        $files = \Aloft\Plugin::ofThisSite()->files;
        file_put_contents((string) $path, 'written again');
        self::assertTrue($files->isKnownPrivate($path));

        $files->acceptHeld($path);

        self::assertTrue($files->isKnownPrivate($path));
    }

    /** Plugins for several languages make an attachment for each, of the same file. */
    public function testAFileOfAPublicAndAPrivateAttachmentIsPrivate(): void
    {
        $private = self::privatePhoto('shared.jpg');
        $file = get_post_meta($private, '_wp_attached_file', true);
        $public = wp_insert_attachment(['post_mime_type' => 'image/jpeg', 'post_title' => 'translated']);
        try {
            $copy = ['post_id' => $public, 'meta_key' => '_wp_attached_file', 'meta_value' => $file];
            $GLOBALS['wpdb']->insert($GLOBALS['wpdb']->postmeta, $copy);
            $this->seen = [];
            file_put_contents(wp_get_upload_dir()['basedir'] . "/$file", 'written again');
            $this->assertSeen(404, 1);
        } finally {
            $GLOBALS['wpdb']->delete($GLOBALS['wpdb']->postmeta, ['post_id' => $public]);
            wp_cache_delete($public, 'post_meta');
            wp_delete_attachment($public, true);
        }
    }

    public function testANewUploadOfAnotherNameIsNotItsFile(): void
    {
        self::privatePhoto('similar.jpg');
        $this->seen = [];

        foreach (['similar-too.png', 'similar-300x200.jpg', 'similar.jpg'] as $name) {
            $id = self::sideload(self::photo(60, 40, $name));
            self::assertSame('', get_post_meta($id, '_aloft_private', true), $name);
        }

        $this->assertSeen(200, 3);
    }

    public function testACompanionThatAPluginNamesIsBornPrivate(): void
    {
        $id = self::privatePhoto('named.jpg');
        add_filter('aloft_new_upload_is_private', '__return_false', PHP_INT_MAX);
        $this->seen = [];

        $bits = wp_upload_bits(basename(get_attached_file($id), '.jpg') . '.webp', null, 'by an optimizer');
        self::assertFalse($bits['error']);

        $this->assertSeen(404, 1);
    }
}
