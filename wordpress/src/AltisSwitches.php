<?php

declare(strict_types=1);

namespace Aloft;

/**
 * The module switches of a project, read as Altis reads them: `extra.altis` of the project's `composer.json`,
 * overridden by its `environments` entry for the site's environment, then by the filter `altis.config`. Settings of a
 * module are merged key by key, and a boolean instead of a module is its `enabled`. Where Altis is loaded, its own
 * configuration is used.
 *
 * Everything is on by default. A switch that is not a boolean is converted as PHP does, and reported.
 */
final class AltisSwitches
{
    /** @var array{string, string} */
    private const UPLOADS = ['cloud', 's3-uploads'];
    /** @var array{string, string} */
    private const PICTURES = ['media', 'tachyon'];
    /** @var array{string, string} */
    private const PURGES = ['cloud', 'cdn-media-purge'];
    /** @var array{string, string} read by object-cache.php */
    private const OBJECT_CACHE = ['cloud', 'redis'];

    /** @var list<array<mixed>> the modules of each project */
    private array $projects = [];

    /**
     * @param list<array<mixed>> $configurations each as `extra.altis` has it
     * @param string             $environment    the key in `environments`
     */
    public function __construct(array $configurations, string $environment)
    {
        foreach ($configurations as $configuration) {
            $override = $configuration['environments'][$environment] ?? [];
            $modules = self::merge(self::modules($configuration), self::modules(is_array($override) ? $override : []));
            $configuration = ['modules' => $modules] + $configuration;
            if (function_exists('apply_filters')) {
                $configuration = apply_filters('altis.config', $configuration);
            }
            $this->projects[] = self::modules((array) $configuration);
        }
    }

    /** Reads the project's folder: WordPress's own, the one above it, or the one above the content folder. */
    public static function ofThisSite(): self
    {
        if (function_exists('Altis\\get_config')) {
            return new self([(array) call_user_func('Altis\\get_config')], '');
        }
        $folders = defined('ABSPATH') ? [ABSPATH, dirname(ABSPATH)] : [];
        if (defined('WP_CONTENT_DIR')) {
            $folders[] = dirname(WP_CONTENT_DIR);
        }
        return self::ofProjects($folders, self::environment());
    }

    /** @param list<string> $folders folders that may hold a composer.json; missing and invalid files are ignored */
    public static function ofProjects(array $folders, string $environment): self
    {
        $configurations = [];
        foreach (array_unique(array_map(static fn (string $f): string => rtrim($f, '/'), $folders)) as $folder) {
            $file = "$folder/composer.json";
            $project = is_file($file) ? json_decode((string) @file_get_contents($file), true) : null;
            $altis = is_array($project) ? $project['extra']['altis'] ?? null : null;
            $configurations[] = is_array($altis) ? $altis : [];
        }
        return new self($configurations, $environment);
    }

    public function uploadsAreOff(): bool
    {
        return $this->isOff(...self::UPLOADS);
    }

    public function picturesAreOff(): bool
    {
        return $this->isOff(...self::PICTURES);
    }

    /** True if CDNs are not to be purged of changed uploads. */
    public function purgesAreOff(): bool
    {
        return $this->isOff(...self::PURGES);
    }

    /** @return list<string> switches that are not booleans, such as `modules.cloud.s3-uploads` */
    public function mistakes(): array
    {
        $mistakes = [];
        foreach ($this->projects as $modules) {
            foreach ([self::UPLOADS, self::PICTURES, self::PURGES, self::OBJECT_CACHE] as [$name, $setting]) {
                $module = $modules[$name] ?? [];
                if (!is_array($module)) {
                    $mistakes[] = "modules.$name";
                    continue;
                }
                foreach (array_intersect_key($module, ['enabled' => 1, $setting => 1]) as $key => $value) {
                    if (!is_bool($value)) {
                        $mistakes[] = "modules.$name.$key";
                    }
                }
            }
        }
        return array_values(array_unique($mistakes));
    }

    private function isOff(string $name, string $setting): bool
    {
        foreach ($this->projects as $modules) {
            $module = $modules[$name] ?? [];
            $isOn = is_array($module) ? ($module + ['enabled' => true])['enabled'] : $module;
            if (!$isOn || is_array($module) && !($module + [$setting => true])[$setting]) {
                return true;
            }
        }
        return false;
    }

    private static function environment(): string
    {
        return match (true) {
            defined('HM_ENV_TYPE') => (string) constant('HM_ENV_TYPE'),
            function_exists('wp_get_environment_type') => wp_get_environment_type(),
            default => 'local',
        };
    }

    /**
     * @param array<mixed> $configuration
     * @return array<mixed>
     */
    private static function modules(array $configuration): array
    {
        $modules = $configuration['modules'] ?? [];
        return array_map(
            static fn (mixed $module): mixed => is_bool($module) ? ['enabled' => $module] : $module,
            is_array($modules) ? $modules : [],
        );
    }

    /**
     * @param array<mixed> $base
     * @param array<mixed> $over
     * @return array<mixed>
     */
    private static function merge(array $base, array $over): array
    {
        foreach ($over as $key => $value) {
            $isMerged = is_array($value) && is_array($base[$key] ?? null);
            $base[$key] = $isMerged ? self::merge($base[$key], $value) : $value;
        }
        return $base;
    }
}
