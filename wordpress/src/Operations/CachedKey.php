<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;

/**
 * A key of the object cache, as the drop-in lists it.
 */
final class CachedKey
{
    private function __construct(
        public readonly string $group,
        public readonly string $id,
        public readonly int $bytes,
        public readonly int $seconds,
    ) {
    }

    /**
     * All keys of this installation.
     *
     * @param int $maxParts the most exchanges with the agent; each lists some hundred keys
     * @return \Generator<self> returns true if there were no more
     */
    public static function all(int $maxParts = PHP_INT_MAX): \Generator
    {
        global $wp_object_cache;
        if (!is_callable([$wp_object_cache, 'keys']) || !ObjectCacheDropIn::ofThisSite()->isOurs()) {
            throw new AgentException(
                'the object cache is not in the agent, or its drop-in is older: wp aloft object-cache enable',
                AgentException::NO_ANSWER,
            );
        }
        $cursor = '0';
        for ($part = 0; $part < $maxParts; $part++) {
            [$cursor, $keys] = $wp_object_cache->keys($cursor) ?? throw new AgentException(
                'the agent does not list the object cache: it is older, away, or its user on Redis may not run SCAN',
                AgentException::NO_ANSWER,
            );
            foreach ($keys as $key) {
                yield new self(...$key);
            }
            if ($cursor === '0') {
                return true;
            }
        }
        return false;
    }
}
