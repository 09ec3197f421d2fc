<?php

/*
 * A site's ordinary requests: write, read, list and remove, ten times. Prints "done" and the seconds of the slowest
 * round.
 */

declare(strict_types=1);

require __DIR__ . '/../../aloft.php';

$site = 's3://media/sites/' . getenv('SITE');
$slowest = 0.0;
for ($round = 0; $round < 10; $round++) {
    $begin = microtime(true);
    $photo = str_repeat("photo $round ", 100_000);
    file_put_contents("$site/album/photo-$round.jpg", $photo) === strlen($photo) || exit("not written\n");
    file_get_contents("$site/album/photo-$round.jpg") === $photo || exit("not read\n");
    file_get_contents("$site/secret.txt") !== false || exit("not read\n");
    in_array("photo-$round.jpg", scandir("$site/album") ?: [], true) || exit("not listed\n");
    unlink("$site/album/photo-$round.jpg") || exit("not removed\n");
    $slowest = max($slowest, microtime(true) - $begin);
}
echo "done $slowest\n";
