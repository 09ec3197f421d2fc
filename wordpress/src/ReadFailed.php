<?php

declare(strict_types=1);

namespace Aloft;

/**
 * The rest of a file that was being read cannot be had, or is another version's by now. Thrown because
 * file_get_contents() would otherwise return the beginning as if it were the whole.
 */
final class ReadFailed extends \RuntimeException
{
}
