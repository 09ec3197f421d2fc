<?php

declare(strict_types=1);

namespace Aloft;

/**
 * The rest of an open file cannot be read, or was replaced by another version. Thrown because file_get_contents() would
 * otherwise return the beginning as if it were complete.
 */
final class ReadFailed extends \RuntimeException
{
}
