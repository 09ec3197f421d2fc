<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * PHP's own libraries use s3:// paths like local ones.
 */
final class LibrariesTest extends WrapperTestCase
{
    public function testGzipIsWrittenAndRead(): void
    {
        $path = "$this->directory/a.gz";
        $handle = gzopen($path, 'wb');
        gzwrite($handle, 'compressed');
        gzclose($handle);
        self::assertSame('compressed', gzdecode(file_get_contents($path)));
        self::assertSame(['compressed'], gzfile($path));
        self::assertSame('compressed', file_get_contents("compress.zlib://$path"));
        file_put_contents("compress.zlib://$this->directory/b.gz", 'other');
        self::assertSame('other', gzdecode(file_get_contents("$this->directory/b.gz")));
    }

    public function testFinfoKnowsTheType(): void
    {
        self::assertSame('image/png', mime_content_type($this->picture('a.dat', imagepng(...))));
        self::assertSame('text/plain', (new \finfo(FILEINFO_MIME_TYPE))->file($this->file('a', 'plain text')));
    }

    public function testPicturesAreMeasuredReadAndWritten(): void
    {
        foreach (['jpeg', 'png', 'gif', 'webp'] as $type) {
            $write = "image$type"(...);
            $path = $this->picture("a.$type", $write);
            self::assertSame([40, 30], array_slice(getimagesize($path), 0, 2), $type);
            self::assertSame(40, imagesx(('imagecreatefrom' . $type)($path)), $type);
            self::assertTrue($write(imagecreatetruecolor(8, 6), $path), $type);
            self::assertSame([8, 6], array_slice(getimagesize($path), 0, 2), $type);
        }
    }

    public function testExifIsRead(): void
    {
        $exif = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        $jpeg = (string) file_get_contents($this->picture('plain.jpg', imagejpeg(...)));
        $path = $this->file('turned.jpg', "\xff\xd8\xff\xe1" . pack('n', strlen($exif) + 2) . $exif . substr($jpeg, 2));
        self::assertSame(IMAGETYPE_JPEG, exif_imagetype($path));
        self::assertSame(6, exif_read_data($path)['Orientation']);
    }

    public function testImagickReadsAndWritesThroughAHandle(): void
    {
        $path = $this->picture('a.png', imagepng(...));
        $image = new \Imagick($path);
        self::assertSame(40, $image->getImageWidth());
        $handle = fopen("$this->directory/b.png", 'w');
        $image->writeImageFile($handle, 'png');
        fclose($handle);
        self::assertSame(40, getimagesize("$this->directory/b.png")[0]);
    }

    public function testTablesAndLinesAreReadAndWritten(): void
    {
        $path = "$this->directory/a.csv";
        $handle = fopen($path, 'w+');
        fputcsv($handle, ['one', 'two words']);
        fputcsv($handle, ['three', 'four']);
        rewind($handle);
        self::assertSame(['one', 'two words'], fgetcsv($handle));
        fclose($handle);
        self::assertSame(["one,\"two words\"\n", "three,four\n"], file($path));
        $rows = new \SplFileObject($path);
        $rows->setFlags(\SplFileObject::READ_CSV | \SplFileObject::READ_AHEAD | \SplFileObject::SKIP_EMPTY);
        self::assertSame([['one', 'two words'], ['three', 'four']], iterator_to_array($rows));
    }

    public function testXmlIsRead(): void
    {
        $path = $this->file('a.xml', '<a><b>c</b></a>');
        self::assertSame('c', (string) simplexml_load_file($path)->b);
        $reader = new \XMLReader();
        self::assertTrue($reader->open($path));
        self::assertTrue($reader->read());
    }

    public function testAProcessReadsFromAHandle(): void
    {
        $handle = fopen($this->file('a.txt', 'for another process'), 'r');
        $process = proc_open(['cat'], [$handle, ['pipe', 'w']], $pipes);
        self::assertSame('for another process', stream_get_contents($pipes[1]));
        proc_close($process);
        fclose($handle);
    }

    public function testAHandleCanBeSelected(): void
    {
        $read = [fopen($this->file('a.txt', 'x'), 'r')];
        $none = null;
        self::assertSame(1, stream_select($read, $none, $none, 0));
    }

    public function testHashesAndCopiesAreThoseOfTheContent(): void
    {
        $content = random_bytes(3_000_000);
        $path = $this->file('a.bin', $content);
        self::assertSame(hash('sha256', $content), hash_file('sha256', $path));
        self::assertTrue(copy($path, "$this->directory/b.bin"));
        self::assertSame($content, file_get_contents("$this->directory/b.bin"));
    }

    public function testImagickMeasuresWithoutReadingAndKnowsFramesOfAHandle(): void
    {
        $path = $this->picture('a.png', imagepng(...));
        $image = new \Imagick();
        self::assertTrue($image->pingImage($path));
        self::assertSame(30, $image->getImageHeight());
        self::assertTrue($image->readImage($path));
        $handle = fopen($path, 'r');
        self::assertTrue($image->readImageFile($handle));
        fclose($handle);
    }

    public function testIptcOfAPictureIsFound(): void
    {
        $caption = "\x1c\x02\x78\x00\x07caption";
        $resource = "Photoshop 3.0\0" . '8BIM' . "\x04\x04\0\0" . pack('N', strlen($caption)) . $caption;
        $jpeg = (string) file_get_contents($this->picture('plain.jpg', imagejpeg(...)));
        $marked = "\xff\xd8\xff\xed" . pack('n', strlen($resource) + 2) . $resource . substr($jpeg, 2);
        getimagesize($this->file('iptc.jpg', $marked), $info);
        self::assertSame(['caption'], iptcparse($info['APP13'])['2#120']);
    }

    public function testDocumentsAreSavedAndLoaded(): void
    {
        $document = new \DOMDocument();
        $document->appendChild($document->createElement('a', 'text'));
        self::assertGreaterThan(0, $document->save("$this->directory/a.xml"));
        $loaded = new \DOMDocument();
        self::assertTrue($loaded->load("$this->directory/a.xml"));
        self::assertSame('text', $loaded->documentElement->textContent);
        $writer = new \XMLWriter();
        self::assertTrue($writer->openUri("$this->directory/b.xml"));
        $writer->writeElement('b');
        $writer->flush();
        unset($writer);
        self::assertSame('<b/>', file_get_contents("$this->directory/b.xml"));
    }

    public function testIteratorsSeeFilesAndTheirSizes(): void
    {
        $this->file('a.txt', 'four');
        $this->file('below/b.txt', 'fives');
        $seen = [];
        foreach (new \FilesystemIterator($this->directory) as $path => $entry) {
            $seen[] = [basename($path), $entry->isDir(), $entry->isFile() ? $entry->getSize() : 0];
        }
        self::assertSame([['a.txt', false, 4], ['below', true, 0]], $seen);
        $names = [];
        foreach (new \DirectoryIterator($this->directory) as $entry) {
            $names[] = $entry->getFilename();
        }
        self::assertSame(['a.txt', 'below'], $names);
    }

    public function testContentIsSentToTheBrowserAndBetweenHandles(): void
    {
        $path = $this->file('a.txt', 'content');
        ob_start();
        readfile($path);
        fpassthru(fopen($path, 'r'));
        self::assertSame('contentcontent', ob_get_clean());
        [$from, $to] = [fopen($path, 'r'), fopen("$this->directory/b.txt", 'w')];
        self::assertSame(7, stream_copy_to_stream($from, $to));
        fclose($to);
        self::assertSame('content', (new \SplFileObject("$this->directory/b.txt"))->fread(100));
    }

    public function testCurlDownloadsIntoAHandleAndUploadsFromOne(): void
    {
        $local = tempnam(sys_get_temp_dir(), 'aloft');
        file_put_contents($local, 'downloaded');
        $handle = fopen("$this->directory/a.txt", 'w');
        $curl = curl_init("file://$local");
        curl_setopt($curl, CURLOPT_FILE, $handle);
        self::assertTrue(curl_exec($curl));
        fclose($handle);
        self::assertSame('downloaded', file_get_contents("$this->directory/a.txt"));

        $handle = fopen("$this->directory/a.txt", 'r');
        $curl = curl_init("file://$local.up");
        curl_setopt_array($curl, [CURLOPT_UPLOAD => true, CURLOPT_INFILE => $handle, CURLOPT_INFILESIZE => 10]);
        self::assertTrue(curl_exec($curl));
        self::assertSame('downloaded', file_get_contents("$local.up"));
        unlink($local);
        unlink("$local.up");
    }

    /** @param callable(\GdImage, string): bool $write */
    private function picture(string $name, callable $write): string
    {
        self::assertTrue($write(imagecreatetruecolor(40, 30), "$this->directory/$name"));
        return "$this->directory/$name";
    }
}
