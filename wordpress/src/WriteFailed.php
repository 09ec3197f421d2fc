<?php

declare(strict_types=1);

namespace Aloft;

/**
 * A write did not reach S3. Thrown from fflush(), fclose(), copy() and file_put_contents(), which would otherwise
 * report success, because PHP ignores the result of a stream's flush.
 */
final class WriteFailed extends \RuntimeException
{
}
