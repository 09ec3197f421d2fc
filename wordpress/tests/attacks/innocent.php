<?php

/* innocent.php NAME: prints a file of the site, as any request might. */

declare(strict_types=1);

require __DIR__ . '/../../aloft.php';

echo file_get_contents('s3://media/sites/' . getenv('SITE') . "/$argv[1]");
