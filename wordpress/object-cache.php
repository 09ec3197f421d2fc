<?php

/**
 * Aloft object cache: a drop-in that keeps WordPress's object cache in the Aloft agent of this server.
 *
 * Copy it to wp-content. It requires WordPress 6.1 and PHP 8.1 or newer. License: Apache-2.0.
 */

declare(strict_types=1);

namespace Aloft\ObjectCache {

    if (!function_exists('wp_cache_init')) : // else it was loaded by mistake, as a plugin
    /**
     * Exchanges with the object cache of this server's agent, over one connection for each PHP request.
     *
     * The first failure ends the exchanges of this PHP request, which goes on without the agent. If the failed exchange
     * was to change something, the cache may hold an outdated value: a marker in the folder for temporary files makes
     * the next exchange of any PHP process on this server begin with a flush.
     */
    final class Agent
    {
        private const CONNECT_SECONDS = 1;
        private const SILENCE_SECONDS = 3;
        private const HEAD_BYTES = 16384;
        private const MAX_COMMANDS = 2000;
        private const MAX_BYTES = 8 << 20;
        private const INCOMPLETE = 'incomplete';
        private const TOKEN_BYTES = 32;

        /** The number of the last change that the first exchange of the last commands knew. */
        public int $at = 0;
        public int $exchanges = 0;
        private bool $isAway = false;
        private bool $hasNoCache = false;
        private bool $hasReported = false;
        private readonly string $marker;
        /** @var ?resource */
        private $idle = null;
        private int $process = 0;

        /** @param string $installation name of the WordPress, also for processes that do not find the agent */
        public function __construct(private readonly string $socket, string $installation)
        {
            $this->marker = sys_get_temp_dir() . "/aloft-object-cache-$installation";
        }

        public function isAway(): bool
        {
            return $this->isAway;
        }

        /**
         * Sends commands, and returns the result of each: its words, and the value that follows them. Returns null if
         * the agent is away.
         *
         * @param list<string> $commands
         * @return ?list<list<string>>
         */
        public function run(array $commands, bool $isChange): ?array
        {
            $results = [];
            $at = null;
            for ($first = 0; $first < count($commands); $first += $count) {
                $bytes = $count = 0;
                do {
                    $bytes += strlen($commands[$first + $count++]);
                } while (
                    $count < self::MAX_COMMANDS && isset($commands[$first + $count])
                    && $bytes + strlen($commands[$first + $count]) <= self::MAX_BYTES
                );
                $part = $this->isAway ? null : $this->exchange(array_slice($commands, $first, $count));
                if ($part === null) {
                    $isChange && $this->markOutdated();
                    return null;
                }
                array_push($results, ...$part);
                $this->at = $at ??= $this->at;
            }
            return $results;
        }

        /**
         * @param list<string> $commands
         * @return ?list<list<string>>
         */
        private function exchange(array $commands): ?array
        {
            $token = self::token($this->marker);
            if ($token !== '') {
                array_unshift($commands, 'flush-once missed ' . md5($token) . "\n");
            }
            array_unshift($commands, 'until ' . (int) (1000 * (microtime(true) + self::SILENCE_SECONDS)) . "\n");
            $this->isAway = true; // until the response is complete
            $body = $this->post(implode('', $commands));
            $results = $body === null ? null : $this->results($body, count($commands));
            if ($results === null || array_shift($results)[0] !== 'ok') {
                return null;
            }
            $this->isAway = false;
            $this->exchanges++;
            if ($token !== '') {
                array_shift($results);
                $this->removeMarker($token);
            }
            return $results;
        }

        private function post(string $body): ?string
        {
            $socket = $this->take();
            $head = "POST /?object-cache HTTP/1.1\r\nHost: aloft\r\nContent-Length: " . strlen($body);
            $request = "$head\r\n\r\n$body";
            if ($socket === null || @fwrite($socket, $request) !== strlen($request)) {
                return null;
            }
            $received = '';
            while (($end = strpos($received, "\r\n\r\n")) === false) {
                $more = @fread($socket, self::HEAD_BYTES);
                if ($more === false || $more === '' || strlen($received) > self::HEAD_BYTES) {
                    return null;
                }
                $received .= $more;
            }
            $head = substr($received, 0, $end) . "\r\n";
            if (preg_match('/^HTTP\/1\.1 (\d{3}) .*\r\nContent-Length: (\d+)\r\n/is', $head, $match) !== 1) {
                return null;
            }
            $this->hasNoCache = $match[1] === '404'; // nothing outdated in it
            $received = substr($received, $end + 4);
            $missing = (int) $match[2] - strlen($received);
            $received .= $missing > 0 ? (string) @stream_get_contents($socket, $missing) : '';
            if ($match[1] !== '200' || strlen($received) !== (int) $match[2]) {
                return null;
            }
            if (stripos($head, "\r\nConnection: close") === false) {
                $this->idle = $socket;
            }
            return $received;
        }

        /**
         * The open connection, or a new one; never that of a parent process.
         *
         * @return ?resource
         */
        private function take()
        {
            [$socket, $this->idle] = [$this->idle, null];
            $process = getmypid();
            if ($socket !== null && $this->process === $process) {
                [$read, $none] = [[$socket], null];
                if (@stream_select($read, $none, $none, 0, 0) === 0) {
                    return $socket;
                }
            }
            $this->process = $process;
            $socket = @stream_socket_client("unix://$this->socket", $code, $reason, self::CONNECT_SECONDS);
            if ($socket === false) {
                return null;
            }
            stream_set_timeout($socket, self::SILENCE_SECONDS);
            stream_set_chunk_size($socket, 1 << 18);
            return $socket;
        }

        /** @return ?list<list<string>> */
        private function results(string $body, int $count): ?array
        {
            $offset = 0;
            [$word, $at] = self::line($body, $offset);
            $results = [];
            for ($i = 0; $i < $count && $word !== self::INCOMPLETE; $i++) {
                $results[] = $result = self::line($body, $offset);
                $word = $result[0];
                for ($keys = $result[0] === 'list' ? (int) $result[1] : 0; $keys > 0; $keys--) {
                    [, $group, $name] = self::line($body, $offset);
                    $key = [substr($body, $offset, (int) $group), substr($body, $offset + (int) $group, (int) $name)];
                    $offset += (int) $group + (int) $name;
                    $results[$i]['keys'][] = [$key, self::line($body, $offset)];
                }
            }
            $this->at = (int) $at;
            return $word !== self::INCOMPLETE && $offset === strlen($body) ? $results : null;
        }

        /** @return list<string> the words of a line, and the value that follows it */
        private static function line(string $body, int &$offset): array
        {
            $end = $offset > strlen($body) ? false : strpos($body, "\n", $offset);
            if ($end === false) {
                return [self::INCOMPLETE, '0', '0'];
            }
            $words = explode(' ', substr($body, $offset, $end - $offset));
            $offset = $end + 1;
            if (in_array($words[0], ['hit', 'other', 'changes'], true)) {
                $words[] = substr($body, $offset, (int) $words[3]);
                $offset += (int) $words[3];
            }
            return $words;
        }

        /**
         * Writes a new token, also after an earlier missed change of this process: the flush for that one may be under
         * way, or done.
         */
        public function markOutdated(): void
        {
            if ($this->hasNoCache) {
                return;
            }
            $token = bin2hex(random_bytes(self::TOKEN_BYTES / 2));
            $draft = @tempnam(dirname($this->marker), 'aloft');
            if (
                $draft !== false && @file_put_contents($draft, $token) !== false
                && @chmod($draft, 0666) && @rename($draft, $this->marker)
            ) {
                return;
            }
            $draft !== false && @unlink($draft);
            if (!$this->rewriteMarker($token) && !$this->hasReported) {
                $this->hasReported = true;
                error_log("aloft: the object cache may return outdated values until it is flushed: a change has not"
                    . " reached the agent, and $this->marker cannot be written");
            }
        }

        /**
         * In a folder such as /tmp, the marker of another user can be changed, but not replaced. That user may have
         * planted a link there instead: the file that is opened must be the one with this name, and have no other name.
         */
        private function rewriteMarker(string $token): bool
        {
            clearstatcache();
            $named = @lstat($this->marker);
            if ($named === false || ($named['mode'] & 0170000) !== 0100000 || $named['nlink'] !== 1) {
                return false;
            }
            $file = @fopen($this->marker, 'r+');
            $opened = $file === false ? false : fstat($file);
            return $opened !== false && [$opened['dev'], $opened['ino']] === [$named['dev'], $named['ino']]
                && @fwrite($file, $token) === strlen($token);
        }

        /** The token in a marker; empty if there is no marker. */
        private static function token(string $marker): string
        {
            return is_file($marker) ? trim((string) @file_get_contents($marker, length: self::TOKEN_BYTES)) : '';
        }

        /** Removes the marker. If another process has replaced it since, the next exchange flushes again. */
        private function removeMarker(string $token): void
        {
            $taken = $this->marker . '-' . bin2hex(random_bytes(8));
            if (@rename($this->marker, $taken)) {
                $isFlushed = self::token($taken) === $token;
                @unlink($taken);
                $isFlushed || $this->markOutdated();
            }
        }
    }

    /**
     * Values as bytes: an integer as its digits, so that the agent can add to it, everything else serialized; with
     * igbinary where PHP has it, and compressed above a size: by zstd or LZ4 where PHP has it, else by gzip. A value
     * that another server has written in a form that this PHP does not know is absent.
     */
    final class Codec
    {
        private const COMPRESSED_ABOVE = 1 << 20;
        private const MAX_BYTES = 7 << 20;
        /** Less than what is left of a mebibyte. */
        private const SHORTEST_COMPRESSED = 40;
        private const GZIP = "\x1f\x8b";
        private const ZSTD = "\x28\xb5\x2f\xfd";
        /** Ours: the extension's blocks have no mark of their own. */
        private const LZ4 = "\0lz4\0";
        private const IGBINARY = "\0\0\0\2";

        /**
         * Null for a value that cannot be stored: closures, resources, and what is too large.
         *
         * @param ?int $size set to the length of what is too large
         */
        public static function encode(mixed $value, ?int &$size = null): ?string
        {
            $size = 0;
            if (is_int($value) && abs($value) < 10 ** 18) {
                return (string) $value;
            }
            if (is_resource($value)) {
                return null;
            }
            try {
                $hasIgbinary = function_exists('igbinary_serialize');
                $bytes = $hasIgbinary ? (string) igbinary_serialize($value) : serialize($value);
            } catch (\Throwable) {
                return null;
            }
            if (strlen($bytes) > self::COMPRESSED_ABOVE) {
                $bytes = self::compressed($bytes);
            }
            if (strlen($bytes) > self::MAX_BYTES) {
                $size = strlen($bytes);
                return null;
            }
            return $bytes;
        }

        private static function compressed(string $bytes): string
        {
            return match (true) {
                function_exists('zstd_compress') => (string) zstd_compress($bytes, 1),
                function_exists('lz4_compress') => self::LZ4 . lz4_compress($bytes),
                function_exists('gzencode') => (string) gzencode($bytes, 1),
                default => $bytes,
            };
        }

        /** Empty for what this PHP cannot decompress. */
        private static function decompressed(string $bytes): string
        {
            return (string) match (true) {
                str_starts_with($bytes, self::GZIP) => function_exists('gzdecode') ? @gzdecode($bytes) : '',
                str_starts_with($bytes, self::ZSTD) =>
                    function_exists('zstd_uncompress') ? @zstd_uncompress($bytes) : '',
                str_starts_with($bytes, self::LZ4) =>
                    function_exists('lz4_uncompress') ? @lz4_uncompress(substr($bytes, strlen(self::LZ4))) : '',
                default => $bytes,
            };
        }

        /** @param bool $isValid set to false for bytes that are no value */
        public static function decode(string $bytes, ?bool &$isValid = null): mixed
        {
            $isValid = true;
            $isSerialized = isset($bytes[1]) && ($bytes[1] === ':' || $bytes[0] === "\0"); // most values
            if (!$isSerialized && preg_match('/^-?\d+$/D', $bytes) === 1) {
                return (int) $bytes;
            }
            if (strlen($bytes) >= self::SHORTEST_COMPRESSED) {
                $bytes = self::decompressed($bytes);
            }
            try {
                if (str_starts_with($bytes, self::IGBINARY)) {
                    $isValid = function_exists('igbinary_unserialize');
                    return $isValid ? igbinary_unserialize($bytes) : false;
                }
                $value = @unserialize($bytes);
            } catch (\Throwable) {
                $value = false;
            }
            $isValid = $value !== false || $bytes === 'b:0;';
            return $value;
        }
    }

    /**
     * Values that the PHP processes of this server share, in APCu.
     *
     * An entry says up to which change it is known to be the value of its key. At its start, a PHP request gets the
     * last changes of all keys from the agent, in slots by their hash: an entry that is older than the last change of
     * its slot is not used. So it does not matter when an entry is stored, by which process, and whether it is lost.
     */
    final class SharedMemory
    {
        private const MAX_VALUE_BYTES = 1 << 20;
        private const LIFETIME_SECONDS = 3600;
        /** A longer request asks the agent for what it has not read by then. */
        private const VALID_SECONDS = 5;

        /** The number of the last change that this request knows. */
        public int $at = 0;
        private string $generation = '';
        /** @var array<int> numbers of the last changes by slot, from 1; empty if they are not known */
        private array $changes = [];
        private float $validUntil = 0;

        private function __construct(private readonly string $prefix, private readonly string $installation)
        {
        }

        /** Null unless the site wants it, and PHP has it. */
        public static function open(string $socket, string $installation): ?self
        {
            $isWanted = defined('ALOFT_OBJECT_CACHE_APCU') && constant('ALOFT_OBJECT_CACHE_APCU') === true;
            return $isWanted && function_exists('apcu_enabled') && apcu_enabled()
                ? new self('aloft-1:' . md5("$socket\0$installation") . ':', $installation)
                : null;
        }

        /** @param list<string> $result of the command `changes` */
        public function begin(array $result): void
        {
            if ($result[0] === 'changes') {
                [, $this->generation, $at, , $table] = $result;
                $this->at = (int) $at;
                $this->changes = (array) unpack('P*', $table);
                $this->validUntil = microtime(true) + self::VALID_SECONDS;
            }
        }

        public function isValid(): bool
        {
            return $this->changes !== [] && microtime(true) < $this->validUntil;
        }

        /** This request changes anything: it knows no other values any more. */
        public function end(): void
        {
            $this->changes = [];
        }

        /** This request changes a key. */
        public function changed(string $group, string $id): void
        {
            if ($this->changes !== []) {
                $this->changes[$this->slot($group, $id)] = PHP_INT_MAX;
            }
        }

        public function name(string $group, string $id): string
        {
            return $this->prefix . strlen($group) . ":$group$id";
        }

        /** @return array{string, string} group and id */
        public function place(string $name): array
        {
            [$length, $rest] = explode(':', substr($name, strlen($this->prefix)), 2);
            return [substr($rest, 0, (int) $length), substr($rest, (int) $length)];
        }

        /**
         * @param list<string> $names
         * @return array<string, list<mixed>> entries by name, valid or not: group, id, when it expires, its bytes or
         *                                    null for an absent key, and what `valid` compares
         */
        public function load(array $names): array
        {
            $entries = $names === [] ? [] : apcu_fetch($names);
            return is_array($entries) ? $entries : [];
        }

        /**
         * @param array<list<mixed>> $entries
         * @return array<list<mixed>> those that are up to date
         */
        public function valid(array $entries): array
        {
            $now = microtime(true);
            $valid = [];
            foreach ($this->isValid() ? $entries : [] as $name => $entry) {
                [, , $expires, , $generation, $slot, $at] = $entry;
                $isCurrent = $generation === $this->generation && $at >= $this->changes[$slot];
                if ($isCurrent && ($expires === 0 || $expires > $now)) {
                    $valid[$name] = $entry;
                }
            }
            return $valid;
        }

        /**
         * Stores what the agent has said about keys in this request.
         *
         * @param list<array{string, string, list<string>}> $read group, id and result of each
         */
        public function store(array $read): void
        {
            $entries = [];
            foreach ($read as [$group, $id, $result]) {
                $slot = $this->slot($group, $id);
                $bytes = $result[4] ?? null;
                $expires = (int) ($result[2] ?? 0) === 0 ? 0 : time() + (int) $result[2] - 1; // the agent rounds up
                $isUseful = $this->at >= $this->changes[$slot] && ($expires === 0 || $expires > time());
                if ($isUseful && strlen((string) $bytes) <= self::MAX_VALUE_BYTES) {
                    $entry = [$group, $id, $expires, $bytes, $this->generation, $slot, $this->at];
                    $entries[$this->name($group, $id)] = $entry;
                }
            }
            $entries !== [] && apcu_store($entries, null, self::LIFETIME_SECONDS);
        }

        /** @return ?list<string> names of the entries that a page needed before; null if it is not known */
        public function page(string $page): ?array
        {
            $names = apcu_fetch("{$this->prefix}page:$page");
            return is_array($names) ? $names : null;
        }

        /** @param list<string> $names */
        public function storePage(string $page, array $names): void
        {
            apcu_store("{$this->prefix}page:$page", $names, self::LIFETIME_SECONDS);
        }

        private function slot(string $group, string $id): int
        {
            $group = $this->installation . $group;
            return 1 + ((int) hexdec(substr(sha1(strlen($group) . ":$group$id"), 0, 3)) >> 1);
        }
    }

    /** Names of the lists of keys that a request with this URL needed before: of the URL itself, and of similar ones. */
    final class Pages
    {
        /** @return list<string> */
        public static function ofThisRequest(): array
        {
            $uri = $_SERVER['REQUEST_URI'] ?? null;
            if (!is_string($uri) || defined('WP_CLI')) {
                return [];
            }
            $path = explode('?', $uri, 2)[0];
            $kind = [$_SERVER['REQUEST_METHOD'] ?? '', $_SERVER['HTTP_HOST'] ?? '', self::isLoggedIn()];
            foreach (['action', 'page', 'post_type'] as $name) {
                $kind[] = is_string($_REQUEST[$name] ?? null) ? $_REQUEST[$name] : '';
            }
            $similar = preg_replace(['~[^/]+(/?)$~', '~\d+~'], ['*$1', '0'], $path);
            return [md5(serialize([$kind, $path])), md5(serialize([$kind, $similar]))];
        }

        private static function isLoggedIn(): bool
        {
            return preg_grep('/^wordpress_logged_in_/', array_map('strval', array_keys($_COOKIE))) !== [];
        }
    }

    /**
     * The switch `modules.cloud.redis` of the project, read as the plugin's AltisSwitches does; but without the filter,
     * which no plugin can have set yet.
     */
    final class Project
    {
        public static function hasObjectCache(): bool
        {
            if (function_exists('Altis\\get_config')) {
                return self::isOn(call_user_func('Altis\\get_config'), '');
            }
            $environment = match (true) {
                defined('HM_ENV_TYPE') => (string) constant('HM_ENV_TYPE'),
                function_exists('wp_get_environment_type') => wp_get_environment_type(),
                default => 'local',
            };
            foreach (self::files() as $file) {
                $project = json_decode((string) @file_get_contents($file), true);
                if (is_array($project) && !self::isOn($project['extra']['altis'] ?? null, $environment)) {
                    return false;
                }
            }
            return true;
        }

        /** Name of the WordPress, which distinguishes it from others with the same agent. */
        public static function installation(): string
        {
            return substr(md5(implode("\0", array_map(
                static fn (string $name): string => defined($name) ? (string) constant($name) : '',
                ['WP_CACHE_KEY_SALT', 'DB_NAME'],
            )) . "\0" . (string) ($GLOBALS['table_prefix'] ?? '')), 0, 12);
        }

        /** @return list<string> files that may have the switch */
        public static function files(): array
        {
            $folders = defined('ABSPATH') ? [ABSPATH, dirname(ABSPATH)] : [];
            if (defined('WP_CONTENT_DIR')) {
                $folders[] = dirname(WP_CONTENT_DIR);
            }
            $files = array_map(static fn (string $folder): string => rtrim($folder, '/') . '/composer.json', $folders);
            return array_values(array_filter(array_unique($files), is_file(...)));
        }

        /** @param mixed $altis as `extra.altis` has it */
        public static function isOn(mixed $altis, string $environment): bool
        {
            $base = self::cloud($altis);
            $over = self::cloud($altis['environments'][$environment] ?? null) ?? $base;
            $cloud = (is_array($base) && is_array($over) ? $over + $base : $over) ?? [];
            if (is_array($cloud)) {
                $cloud += ['enabled' => true, 'redis' => true];
                return $cloud['enabled'] && $cloud['redis'];
            }
            return (bool) $cloud;
        }

        private static function cloud(mixed $altis): mixed
        {
            $cloud = $altis['modules']['cloud'] ?? null;
            return is_bool($cloud) ? ['enabled' => $cloud] : $cloud;
        }
    }
    endif;
}

namespace {

    use Aloft\ObjectCache\Agent;
    use Aloft\ObjectCache\Codec;
    use Aloft\ObjectCache\Pages;
    use Aloft\ObjectCache\Project;
    use Aloft\ObjectCache\SharedMemory;

    if (function_exists('wp_cache_init')) :
        // A second copy is ignored.
    elseif (!Project::hasObjectCache()) :
        // WordPress uses its own, which lasts for one PHP request. The agent does not hear of changes: the next
        // exchange of any process flushes the cache, also if that comes before the end of this request.
        $agent = new Agent('', Project::installation());
        $agent->markOutdated();
        register_shutdown_function($agent->markOutdated(...));
    else :
    /**
     * WordPress's object cache, in the agent of this server.
     *
     * A PHP request keeps what it has read or written, and sees it unchanged until its end. Writes are in the agent
     * before they return. A value is identified by its group and its id, the key with the number of the blog.
     *
     * Three rules keep values of the database from being outdated in the cache:
     *
     * - A key that was absent is added only if no other process has changed or deleted it since.
     * - Options that a process has read are replaced only if no other process has changed them since it first did;
     *   otherwise they are deleted, and read from the database by the next process.
     * - `notoptions` stays in the PHP request.
     */
    class WP_Object_Cache
    {
        private const MAX_KEY_BYTES = 1000;
        private const MAX_LIST = 4000;
        /** Up to here a value is rather copied than asked for in a second exchange. */
        private const SMALL_BYTES = 1024;
        private const MAX_ATTEMPTS = 100;
        private const LISTS = "\0lists";
        /** Groups of merged values, which WordPress writes to the database first. */
        private const OPTIONS = ['options' => true, 'site-options' => true];

        public int $cache_hits = 0;
        public int $cache_misses = 0;

        private readonly Agent $agent;
        private readonly ?SharedMemory $shared;
        /** Distinguishes the installations that share an agent. */
        private readonly string $installation;
        private readonly bool $isMultisite;
        private string $blogPrefix;
        /** @var list<string> commands that come before those of the first exchange */
        private array $firstCommands = [];
        /** @var array<string, true> */
        private array $globalGroups = [];
        /** @var array<string, true> */
        private array $requestGroups = [];
        /** @var array<string, array<mixed>> values by group and id */
        private array $values = [];
        /** @var array<string, array<string>> values not decoded yet */
        private array $encoded = [];
        /** @var array<string, array<int>> the change after which an id was absent */
        private array $absent = [];
        /** @var array<string, array<float>> when values expire */
        private array $expires = [];
        /** @var array<string, array<int>> the change up to which this process knew an option before it changed it */
        private array $bases = [];
        /** @var array<string, array<true>> ids read, for the list of this page */
        private array $used = [];
        private bool $hasFetched = false;
        /** @var list<string> names of the lists of this page */
        private readonly array $pages;
        private bool $hasRecalled = false;
        private bool $hasReportedLarge = false;

        public function __construct()
        {
            $socket = defined('ALOFT_SOCKET') ? (string) constant('ALOFT_SOCKET') : (string) getenv('ALOFT_SOCKET');
            $installation = Project::installation();
            $socket = $socket !== '' ? $socket : '/run/aloft/agent.sock';
            $this->agent = new Agent($socket, $installation);
            $this->installation = "$installation:";
            $this->shared = SharedMemory::open($socket, $this->installation);
            $this->isMultisite = (bool) is_multisite(); // the value of a constant, of any type
            $this->blogPrefix = $this->isMultisite ? get_current_blog_id() . ':' : '';
            // Another drop-in, or this one after some time without it, begins with an empty cache. The file of each
            // server does it once: the name, not the token, tells them apart.
            $this->firstCommands[] = "flush-once $installation-" . self::version() . " done\n";
            $this->pages = Pages::ofThisRequest();
            if ($this->shared !== null) {
                $this->firstCommands[] = "changes\n";
            } else {
                $this->recallPage();
            }
        }

        private static function version(): string
        {
            return md5(defined('ALOFT_OBJECT_CACHE_VERSION')
                ? (string) constant('ALOFT_OBJECT_CACHE_VERSION')
                : implode('-', [(int) @fileinode(__FILE__), ...array_map(
                    static fn (string $file): int => (int) @filectime($file),
                    [__FILE__, ...Project::files()],
                )]));
        }

        public function get($key, $group = 'default', $force = false, &$found = null)
        {
            if (!$this->isValidKey($key, 'get')) {
                return false;
            }
            [$group, $id] = $this->place($key, $group);
            if (!$force && isset($this->values[$group][$id]) && !isset($this->expires[$group][$id])) {
                $this->cache_hits++; // most reads of a page
                $found = true;
                $value = $this->values[$group][$id];
                return is_object($value) ? clone $value : $value;
            }
            if ($force || !isset($this->encoded[$group][$id]) && !$this->isKnown($group, $id)) {
                $this->fetch([[$group, $id]], (bool) $force);
            }
            return $this->read($group, $id, $found);
        }

        public function get_multiple($keys, $group = 'default', $force = false)
        {
            $wanted = [];
            foreach ($keys as $key) {
                if (is_int($key) || is_string($key) && trim($key) !== '') {
                    $place = $this->place($key, $group);
                    if ($force || !$this->isKnown(...$place)) {
                        $wanted[] = $place;
                    }
                }
            }
            $this->fetch($wanted, (bool) $force);
            $values = [];
            foreach ($keys as $key) {
                $values[$key] = $this->isValidKey($key, 'get_multiple')
                    ? $this->read(...$this->place($key, $group))
                    : false;
            }
            return $values;
        }

        public function set($key, $data, $group = 'default', $expire = 0)
        {
            return $this->isValidKey($key, 'set') && $this->store('set', [$key => $data], $group, $expire)[$key];
        }

        public function set_multiple(array $data, $group = '', $expire = 0)
        {
            return $this->storeValid('set', $data, $group, $expire);
        }

        public function add($key, $data, $group = 'default', $expire = 0)
        {
            return !wp_suspend_cache_addition() && $this->isValidKey($key, 'add')
                && $this->store('add', [$key => $data], $group, $expire)[$key];
        }

        public function add_multiple(array $data, $group = '', $expire = 0)
        {
            return wp_suspend_cache_addition()
                ? array_fill_keys(array_keys($data), false)
                : $this->storeValid('add', $data, $group, $expire);
        }

        public function replace($key, $data, $group = 'default', $expire = 0)
        {
            return $this->isValidKey($key, 'replace')
                && $this->store('replace', [$key => $data], $group, $expire)[$key];
        }

        public function delete($key, $group = 'default', $deprecated = false)
        {
            return $this->isValidKey($key, 'delete') && $this->remove([$key], $group)[$key];
        }

        public function delete_multiple(array $keys, $group = '')
        {
            $valid = array_filter($keys, fn ($key): bool => $this->isValidKey($key, 'delete_multiple'));
            return array_replace(array_fill_keys($keys, false), $this->remove($valid, $group));
        }

        public function incr($key, $offset = 1, $group = 'default')
        {
            return $this->isValidKey($key, 'incr') ? $this->addTo($key, (int) $offset, $group) : false;
        }

        public function decr($key, $offset = 1, $group = 'default')
        {
            return $this->isValidKey($key, 'decr') ? $this->addTo($key, -(int) $offset, $group) : false;
        }

        public function flush()
        {
            $this->flushRemotely("flush\n", array_keys(self::OPTIONS));
            return $this->flush_runtime();
        }

        public function flush_runtime()
        {
            $this->values = $this->encoded = $this->absent = $this->expires = [];
            $this->shared?->end();
            return true;
        }

        public function flush_group($group)
        {
            $group = self::shortened((string) $group);
            if (!isset($this->requestGroups[$group])) {
                $wire = $this->installation . $group;
                $this->flushRemotely('flush-group ' . strlen($wire) . "\n$wire", [$group]);
            }
            unset($this->values[$group], $this->encoded[$group], $this->absent[$group], $this->expires[$group]);
            return true;
        }

        public function add_global_groups($groups)
        {
            $this->globalGroups += array_fill_keys((array) $groups, true);
        }

        public function add_non_persistent_groups($groups)
        {
            $this->requestGroups += array_fill_keys((array) $groups, true);
        }

        public function switch_to_blog($blog_id)
        {
            $this->blogPrefix = $this->isMultisite ? (int) $blog_id . ':' : '';
        }

        public function reset()
        {
            foreach (['values', 'encoded', 'absent', 'expires'] as $part) {
                $this->$part = array_intersect_key($this->$part, $this->globalGroups);
            }
        }

        /** Stores the list of the keys that this page has read, unless it knew them all. */
        public function close()
        {
            if (!$this->hasFetched || $this->pages === [] || $this->agent->isAway()) {
                return true;
            }
            $list = '';
            $names = [];
            foreach ($this->used as $group => $ids) {
                foreach (array_keys($ids) as $id) {
                    if (count($names) < self::MAX_LIST) {
                        $wire = $this->installation . $group;
                        $list .= strlen($wire) . ' ' . strlen((string) $id) . "\n$wire$id";
                        $names[] = (string) $this->shared?->name($group, (string) $id);
                    }
                }
            }
            $this->exchange([
                self::command('set 0 -', $this->installation . self::LISTS, $this->pages[0], $list),
                self::command('add 0 -', $this->installation . self::LISTS, $this->pages[1], $list),
            ], false);
            $this->shared?->storePage($this->pages[0], $names);
            $this->shared?->page($this->pages[1]) ?? $this->shared?->storePage($this->pages[1], $names);
            return true;
        }

        public function stats()
        {
            echo "<p><strong>Cache Hits:</strong> $this->cache_hits<br />";
            echo "<strong>Cache Misses:</strong> $this->cache_misses<br />";
            echo "<strong>Exchanges with the agent:</strong> {$this->agent->exchanges}<br />";
            echo '<strong>Agent:</strong> ' . ($this->agent->isAway() ? 'does not answer' : 'answers') . '</p>';
        }

        /**
         * Some keys of this installation: the next cursor, which is '0' at the end, and of each key its group, its id,
         * the bytes of its value, and the seconds until it expires, or 0. Null if the agent does not list them.
         *
         * @param string $cursor '0', or of an earlier call
         * @return ?array{string, list<array{string, string, int, int}>}
         */
        public function keys(string $cursor): ?array
        {
            $result = $this->exchange(["keys $cursor\n"], false)[0] ?? null;
            if ($result === null || $result[0] !== 'list') {
                return null;
            }
            $keys = [];
            foreach ($result['keys'] ?? [] as [[$wire, $id], [, $bytes, $seconds]]) {
                $group = substr($wire, strlen($this->installation));
                if (str_starts_with($wire, $this->installation) && $group !== self::LISTS) {
                    $keys[] = [$group, $id, (int) $bytes, (int) $seconds];
                }
            }
            return [$result[2], $keys];
        }

        /** How many times this PHP request has asked the agent. */
        public function exchanges(): int
        {
            return $this->agent->exchanges;
        }

        /** True if the agent does not answer, so that values last for this PHP request only. */
        public function isAway(): bool
        {
            return $this->agent->isAway();
        }

        private function isValidKey(mixed $key, string $function): bool
        {
            if (is_int($key) || is_string($key) && trim($key) !== '') {
                return true;
            }
            if (!function_exists('__')) {
                wp_load_translations_early();
            }
            $message = is_string($key)
                ? __('Cache key must not be an empty string.')
                /* translators: %s: The type of the given cache key. */
                : sprintf(__('Cache key must be an integer or a non-empty string, %s given.'), gettype($key));
            _doing_it_wrong(self::class . "::$function", $message, '6.1.0');
            return false;
        }

        /** @return array{string, string} group and id */
        private function place(int|string $key, mixed $group): array
        {
            $group = empty($group) ? 'default' : (string) $group;
            $id = isset($this->globalGroups[$group]) ? (string) $key : $this->blogPrefix . $key;
            return strlen($group) + strlen($id) <= self::MAX_KEY_BYTES
                ? [$group, $id]
                : [self::shortened($group), self::shortened($id)];
        }

        private static function shortened(string $text): string
        {
            return strlen($text) <= self::MAX_KEY_BYTES ? $text : "\0sha256:" . hash('sha256', $text);
        }

        private function isPersistent(string $group, string $id): bool
        {
            return !isset($this->requestGroups[$group])
                && !(isset(self::OPTIONS[$group]) && preg_match('/(^|:)notoptions$/D', $id) === 1);
        }

        private function isPresent(string $group, string $id): bool
        {
            if (isset($this->expires[$group][$id]) && $this->expires[$group][$id] <= microtime(true)) {
                $this->forget($group, $id);
            }
            return isset($this->values[$group][$id]) || isset($this->encoded[$group][$id])
                || isset($this->values[$group]) && array_key_exists($id, $this->values[$group]);
        }

        private function isKnown(string $group, string $id): bool
        {
            return $this->isPresent($group, $id) || isset($this->absent[$group][$id]);
        }

        /** The value as this process knows it; objects are copies, as in WordPress's own cache. */
        private function read(string $group, string $id, ?bool &$found = null): mixed
        {
            if (isset($this->encoded[$group][$id])) {
                $this->used[$group][$id] = true;
                $value = Codec::decode($this->encoded[$group][$id], $isValid);
                unset($this->encoded[$group][$id]);
                if ($isValid) {
                    $this->values[$group][$id] = $value;
                    if ($found = !isset($this->expires[$group][$id])) { // most of them
                        $this->cache_hits++;
                        return is_object($value) ? clone $value : $value;
                    }
                }
            }
            $found = $this->isPresent($group, $id);
            if (!$found) {
                if (isset($this->absent[$group][$id])) {
                    $this->used[$group][$id] = true;
                }
                $this->cache_misses++;
                return false;
            }
            $this->cache_hits++;
            $value = $this->values[$group][$id];
            return is_object($value) ? clone $value : $value;
        }

        private function keep(string $group, string $id, mixed $value, int $expire): void
        {
            $this->forget($group, $id);
            $this->values[$group][$id] = is_object($value) ? clone $value : $value;
            if ($expire !== 0) {
                $this->expires[$group][$id] = microtime(true) + $expire;
            }
        }

        private function forget(string $group, string $id): void
        {
            unset($this->values[$group][$id], $this->encoded[$group][$id]);
            unset($this->absent[$group][$id], $this->expires[$group][$id]);
        }

        /** The agent has no value. If this process has found none before, or has known the option, it counts from then. */
        private function missed(string $group, string $id): void
        {
            $since = $this->absent[$group][$id] ?? $this->bases[$group][$id] ?? $this->agent->at;
            $this->forget($group, $id);
            $this->absent[$group][$id] = $since;
        }

        /**
         * Gets values from the memory that this server's processes share, and from the agent.
         *
         * @param list<array{string, string}> $places
         * @param bool                        $isForced also those that this process knows, from the agent
         */
        private function fetch(array $places, bool $isForced): void
        {
            $places = array_values(array_filter($places, fn (array $place): bool => $this->isPersistent(...$place)));
            if ($places === []) {
                return;
            }
            $isFirst = $this->firstCommands !== [];
            $isShared = $this->shared !== null && !$isForced && !$this->agent->isAway();
            if (!$isShared || !$isFirst && !$this->shared->isValid()) {
                $this->request($places, $isForced);
                $this->hasFetched = $this->hasFetched || !$isFirst;
                return;
            }
            $names = array_map(fn (array $place): string => $this->shared->name(...$place), $places);
            if (!$this->hasRecalled) {
                $names = [...$names, ...$this->recallPage()];
            }
            $entries = $this->shared->load($names);
            $unknown = [];
            foreach ($names as $i => $name) {
                $bytes = strlen((string) ($entries[$name][3] ?? null));
                if (!isset($entries[$name]) || $isFirst && isset($places[$i]) && $bytes <= self::SMALL_BYTES) {
                    $unknown[] = $this->shared->place($name);
                    unset($entries[$name]);
                }
            }
            $isEmpty = $this->values === [] && $this->encoded === [] && $this->absent === [];
            if ($this->firstCommands !== []) {
                $this->request($unknown, false);
                $unknown = [];
            }
            $this->hasFetched = $this->hasFetched || $unknown !== [];
            $valid = $this->shared->valid($entries);
            foreach ($valid as [$group, $id, $expires, $bytes]) {
                if ($isEmpty && $bytes !== null && $expires === 0 && !isset(self::OPTIONS[$group])) {
                    $this->encoded[$group][$id] = $bytes; // as learn() does; most reads of a page
                } else {
                    $this->learn($group, $id, $bytes, $expires, $this->shared->at);
                }
            }
            foreach (array_diff_key($entries, $valid) as [$group, $id]) {
                $unknown[] = [$group, $id];
            }
            $this->request($unknown, false);
        }

        /**
         * The names of the shared values that this page needed before. If they are not known here, the next exchange
         * gets the values themselves.
         *
         * @return list<string>
         */
        private function recallPage(): array
        {
            $this->hasRecalled = true;
            foreach ($this->shared === null ? [] : $this->pages as $page) {
                $names = $this->shared->page($page);
                if ($names !== null) {
                    return $names;
                }
            }
            foreach ($this->pages as $page) {
                $this->firstCommands[] = self::command('recall', $this->installation . self::LISTS, $page);
            }
            return [];
        }

        /**
         * Gets values from the agent.
         *
         * @param array<array{string, string}> $places
         */
        private function request(array $places, bool $isForced): void
        {
            if ($places === [] && $this->firstCommands === []) {
                return;
            }
            $commands = [];
            foreach ($places as [$group, $id]) {
                $commands[] = self::command('get', $this->installation . $group, $id);
            }
            $read = [];
            $results = $this->exchange($commands, false) ?? [];
            foreach ($results === [] ? [] : array_values($places) as $i => [$group, $id]) {
                $read[] = [$group, $id, $results[$i]];
                $this->used[$group][$id] = true;
            }
            $this->learnAll($read, $isForced);
        }

        /**
         * What the agent has said about several ids.
         *
         * @param list<array{string, string, list<string>}> $read group, id and result of each
         */
        private function learnAll(array $read, bool $isForced): void
        {
            foreach ($read as [$group, $id, $result]) {
                $isHit = $result[0] === 'hit';
                $expires = $isHit && $result[2] !== '0' ? microtime(true) + (int) $result[2] : 0;
                $this->learn($group, $id, $isHit ? $result[4] : null, $expires, $this->agent->at, $isForced);
            }
            if ($this->shared !== null && $this->shared->isValid()) {
                $this->shared->store($read);
            }
        }

        /**
         * @param ?string $bytes null for an absent value
         * @param float   $expires 0 for never
         * @param int     $at the change up to which this is known
         */
        private function learn(
            string $group,
            string $id,
            ?string $bytes,
            float $expires,
            int $at,
            bool $isForced = false,
        ): void {
            if (isset(self::OPTIONS[$group])) {
                $this->bases[$group][$id] ??= $at;
            }
            if ($this->isKnown($group, $id)) {
                if (!$isForced) {
                    return;
                }
                $this->forget($group, $id);
            }
            if ($bytes === null) {
                $this->absent[$group][$id] = $this->bases[$group][$id] ?? $at;
                return;
            }
            $this->encoded[$group][$id] = $bytes;
            if ($expires !== 0.0) {
                $this->expires[$group][$id] = $expires;
            }
        }

        /**
         * Runs commands. The first exchange of a process also gets what this page needed before.
         *
         * @param list<string> $commands
         * @return ?list<list<string>>
         */
        private function exchange(array $commands, bool $isChange): ?array
        {
            [$first, $this->firstCommands] = [$this->firstCommands, []];
            $results = $this->agent->run([...$first, ...$commands], $isChange);
            foreach ($results === null ? [] : array_splice($results, 0, count($first)) as $result) {
                $this->shared?->begin($result);
                $this->learnPage($result['keys'] ?? []);
            }
            return $results;
        }

        /** @param list<array{array{string, string}, list<string>}> $keys of a list, and the result of each */
        private function learnPage(array $keys): void
        {
            $read = $names = [];
            foreach ($keys as [[$wire, $id], $result]) {
                if (str_starts_with($wire, $this->installation)) {
                    $group = substr($wire, strlen($this->installation));
                    $read[] = [$group, $id, $result];
                    $names[] = (string) $this->shared?->name($group, $id);
                }
            }
            $this->learnAll($read, false);
            $names === [] || $this->shared?->storePage($this->pages[0], $names);
        }

        /**
         * Flushes groups in the agent. Known options are deleted in the same exchange, which tells their last change.
         *
         * @param list<string> $groups
         */
        private function flushRemotely(string $command, array $groups): void
        {
            $commands = $options = [];
            foreach (array_intersect_key($this->bases, array_flip($groups)) as $group => $ids) {
                foreach (array_keys($ids) as $id) {
                    $options[] = [$group, (string) $id];
                    $commands[] = self::command('delete', $this->installation . $group, (string) $id);
                }
            }
            $results = $this->exchange([...$commands, $command], true);
            $this->shared?->end();
            foreach ($results === null ? [] : $options as $i => [$group, $id]) {
                $this->advance($group, $id, (int) $results[$i][1], $this->agent->at);
            }
        }

        private static function command(string $verb, string $group, string $id, ?string $value = null): string
        {
            $lengths = strlen($group) . ' ' . strlen($id) . ($value === null ? '' : ' ' . strlen($value));
            return "$verb $lengths\n$group$id$value";
        }

        /**
         * @param array<mixed> $data values by key
         * @return array<bool>
         */
        private function storeValid(string $verb, array $data, mixed $group, mixed $expire): array
        {
            $isValid = fn ($key): bool => $this->isValidKey($key, "{$verb}_multiple");
            $results = array_fill_keys(array_keys($data), false);
            return array_replace($results, $this->store(
                $verb,
                array_filter($data, $isValid, ARRAY_FILTER_USE_KEY),
                $group,
                $expire,
            ));
        }

        /**
         * Stores values in the agent, then in this process.
         *
         * @param array<mixed> $data values by valid key
         * @return array<bool> whether each is stored
         */
        private function store(string $verb, array $data, mixed $group, mixed $expire): array
        {
            $expire = (int) $expire;
            $commands = $sent = $stored = [];
            foreach ($data as $key => $value) {
                [$of, $id] = $this->place($key, $group);
                if ($verb === 'add' && $this->isPresent($of, $id)) {
                    $stored[$key] = false;
                } elseif ($this->isPersistent($of, $id)) {
                    $sent[$key] = [$of, $id];
                    $commands[] = $this->storeCommand($verb, $of, $id, $value, $expire);
                } elseif ($stored[$key] = $verb !== 'replace' || $this->isPresent($of, $id)) {
                    $this->keep($of, $id, $value, $expire);
                }
            }
            $results = $commands === [] ? [] : $this->exchange($commands, $verb !== 'add');
            foreach (array_keys($sent) as $i => $key) {
                [$of, $id] = $sent[$key];
                $this->shared?->changed($of, $id);
                $result = $results[$i][0] ?? 'away';
                $stored[$key] = match ($result) {
                    'exists', 'hit' => false,
                    'miss' => $verb !== 'replace',
                    'changed' => $verb === 'set',
                    'away' => $verb !== 'replace' || $this->isPresent($of, $id),
                    default => true,
                };
                if ($result === 'ok') {
                    $last = $verb === 'add' ? $this->absent[$of][$id] ?? $this->bases[$of][$id] ?? PHP_INT_MAX : 0;
                    $this->advance($of, $id, $last, (int) ($results[$i][1] ?? 0));
                }
                if ($stored[$key]) {
                    $this->keep($of, $id, $data[$key], $expire);
                } elseif ($result === 'miss') {
                    $this->missed($of, $id);
                } else {
                    $this->forget($of, $id);
                    if ($result === 'changed') {
                        $this->absent[$of][$id] = $this->agent->at;
                    }
                }
            }
            return array_replace(array_fill_keys(array_keys($data), false), $stored);
        }

        private function reportLarge(string $group, string $id, int $size): void
        {
            if (!$this->hasReportedLarge) {
                $this->hasReportedLarge = true;
                $name = addcslashes("$group/$id", "\0..\37\177");
                error_log("aloft: the object cache does not store $name: $size bytes are too large");
            }
        }

        /** A value that cannot be stored lasts for this PHP request: its old value in the agent is deleted. */
        private function storeCommand(string $verb, string $group, string $id, mixed $value, int $expire): string
        {
            $bytes = Codec::encode($value, $size);
            $wire = $this->installation . $group;
            if ($bytes === null) {
                $size > 0 && $this->reportLarge($group, $id, $size);
                return self::command($verb === 'add' ? 'get' : 'delete', $wire, $id);
            }
            $base = $verb === 'add' ? $this->absent[$group][$id] ?? $this->bases[$group][$id] ?? '-' : '-';
            if (isset(self::OPTIONS[$group]) && $verb !== 'add' && $this->isPresent($group, $id)) {
                [$verb, $base] = ['set', $this->bases[$group][$id] ?? '-'];
            } elseif (isset(self::OPTIONS[$group]) && $verb === 'set') {
                $base = $this->bases[$group][$id] ?? '-';
            }
            return self::command("$verb $expire $base", $wire, $id, $bytes);
        }

        /**
         * After a change by this process: what it knows of an option is as new as its change, unless another process
         * has changed the option in between.
         *
         * @param int $last the last change before this one
         */
        private function advance(string $group, string $id, int $last, int $version): void
        {
            if (isset(self::OPTIONS[$group]) && $last <= ($this->bases[$group][$id] ?? PHP_INT_MAX)) {
                $this->bases[$group][$id] = $version;
            }
        }

        /**
         * @param list<int|string> $keys valid ones
         * @return array<bool> whether each had a value
         */
        private function remove(array $keys, mixed $group): array
        {
            $commands = $sent = $removed = [];
            foreach ($keys as $key) {
                [$of, $id] = $this->place($key, $group);
                $removed[$key] = $this->isPresent($of, $id);
                $this->forget($of, $id);
                if ($this->isPersistent($of, $id)) {
                    $sent[] = [$key, $of, $id];
                    $commands[] = self::command('delete', $this->installation . $of, $id);
                }
            }
            $results = $commands === [] ? [] : $this->exchange($commands, true);
            foreach ($results ?? [] as $i => [$result, $last]) {
                [$key, $of, $id] = $sent[$i];
                $this->shared?->changed($of, $id);
                $removed[$key] = $removed[$key] || $result === 'ok';
                $this->advance($of, $id, (int) $last, $this->agent->at);
                $this->forget($of, $id);
                $this->absent[$of][$id] = $this->agent->at;
            }
            return $removed;
        }

        private function addTo(int|string $key, int $offset, mixed $group): int|float|false
        {
            [$of, $id] = $this->place($key, $group);
            $command = self::command("incr $offset", $this->installation . $of, $id);
            for ($attempt = 0; $attempt < self::MAX_ATTEMPTS; $attempt++) {
                $result = $this->isPersistent($of, $id) ? $this->exchange([$command], true)[0] ?? null : null;
                $this->shared?->changed($of, $id);
                if ($result === null) {
                    return $this->addLocally($of, $id, $offset);
                }
                if ($result[0] === 'ok') {
                    $this->advance($of, $id, (int) $result[3], (int) $result[1]);
                    $this->keepNumber($of, $id, (int) $result[2]);
                    return (int) $result[2];
                }
                if ($result[0] === 'miss') {
                    $this->missed($of, $id);
                    return false;
                }
                $sum = self::sum(Codec::decode($result[4]), $offset);
                $replace = self::command(
                    "replace $result[2] $result[1]",
                    $this->installation . $of,
                    $id,
                    (string) Codec::encode($sum),
                );
                $replaced = $this->exchange([$replace], true)[0] ?? ['away'];
                if ($replaced[0] === 'ok') {
                    $this->advance($of, $id, (int) $result[1], (int) ($replaced[1] ?? 0));
                    $this->keepNumber($of, $id, $sum);
                    return $sum;
                }
            }
            return false;
        }

        private function addLocally(string $group, string $id, int $offset): int|float|false
        {
            if (!$this->isPresent($group, $id)) {
                return false;
            }
            $sum = self::sum($this->read($group, $id), $offset);
            $this->keepNumber($group, $id, $sum);
            return $sum;
        }

        /** Keeps a number without a change of the time when it expires. */
        private function keepNumber(string $group, string $id, int|float $number): void
        {
            unset($this->encoded[$group][$id], $this->absent[$group][$id]);
            $this->values[$group][$id] = $number;
        }

        /** As WordPress's own cache adds: what is no number counts as 0, and the sum is not negative. */
        private static function sum(mixed $value, int $offset): int|float
        {
            $sum = (is_numeric($value) ? $value : 0) + $offset;
            return $sum < 0 ? 0 : $sum;
        }
    }

    // The functions of WordPress's wp-includes/cache.php.

    function wp_cache_init()
    {
        $GLOBALS['wp_object_cache'] = new WP_Object_Cache();
    }

    function wp_cache_add($key, $data, $group = '', $expire = 0)
    {
        return $GLOBALS['wp_object_cache']->add($key, $data, $group, $expire);
    }

    function wp_cache_add_multiple(array $data, $group = '', $expire = 0)
    {
        return $GLOBALS['wp_object_cache']->add_multiple($data, $group, $expire);
    }

    function wp_cache_replace($key, $data, $group = '', $expire = 0)
    {
        return $GLOBALS['wp_object_cache']->replace($key, $data, $group, $expire);
    }

    function wp_cache_set($key, $data, $group = '', $expire = 0)
    {
        return $GLOBALS['wp_object_cache']->set($key, $data, $group, $expire);
    }

    function wp_cache_set_multiple(array $data, $group = '', $expire = 0)
    {
        return $GLOBALS['wp_object_cache']->set_multiple($data, $group, $expire);
    }

    function wp_cache_get($key, $group = '', $force = false, &$found = null)
    {
        return $GLOBALS['wp_object_cache']->get($key, $group, $force, $found);
    }

    function wp_cache_get_multiple($keys, $group = '', $force = false)
    {
        return $GLOBALS['wp_object_cache']->get_multiple($keys, $group, $force);
    }

    function wp_cache_delete($key, $group = '')
    {
        return $GLOBALS['wp_object_cache']->delete($key, $group);
    }

    function wp_cache_delete_multiple(array $keys, $group = '')
    {
        return $GLOBALS['wp_object_cache']->delete_multiple($keys, $group);
    }

    function wp_cache_incr($key, $offset = 1, $group = '')
    {
        return $GLOBALS['wp_object_cache']->incr($key, $offset, $group);
    }

    function wp_cache_decr($key, $offset = 1, $group = '')
    {
        return $GLOBALS['wp_object_cache']->decr($key, $offset, $group);
    }

    function wp_cache_flush()
    {
        return $GLOBALS['wp_object_cache']->flush();
    }

    function wp_cache_flush_runtime()
    {
        return $GLOBALS['wp_object_cache']->flush_runtime();
    }

    function wp_cache_flush_group($group)
    {
        return $GLOBALS['wp_object_cache']->flush_group($group);
    }

    function wp_cache_supports($feature)
    {
        return in_array($feature, [
            'add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime', 'flush_group',
        ], true);
    }

    function wp_cache_close()
    {
        return $GLOBALS['wp_object_cache']->close();
    }

    function wp_cache_add_global_groups($groups)
    {
        $GLOBALS['wp_object_cache']->add_global_groups($groups);
    }

    function wp_cache_add_non_persistent_groups($groups)
    {
        $GLOBALS['wp_object_cache']->add_non_persistent_groups($groups);
    }

    function wp_cache_switch_to_blog($blog_id)
    {
        $GLOBALS['wp_object_cache']->switch_to_blog($blog_id);
    }

    function wp_cache_reset()
    {
        _deprecated_function(__FUNCTION__, '3.5.0', 'wp_cache_switch_to_blog()');
        $GLOBALS['wp_object_cache']->reset();
    }
    endif;
}
