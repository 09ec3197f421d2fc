<?php

declare(strict_types=1);

namespace Aloft;

/**
 * A file's bytes did not reach S3. Thrown from fflush(), fclose(), copy() and file_put_contents(), because PHP
 * swallows what a stream's flush returns, and those would otherwise report success.
 */
final class WriteFailed extends \RuntimeException
{
}
