"""Scrapy settings: politeness, limits, what is switched off. Our own names start with HANDRAIL_."""

BOT_NAME = "handrail"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

#: Makes the ``crawler.job.OwnRun`` of ``scrapy crawl site -a site=main``: the front door's business.
HANDRAIL_JOB_FACTORY = "handrail.runs.ScrapyRun"

USER_AGENT = "Handrail (accessibility and privacy audit)"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Handrail"

AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.0
AUTOTHROTTLE_MAX_DELAY = 30.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 2
# Spiders store their own results: Scrapy has no items, and would start so many tasks per answer to wait for them.
CONCURRENT_ITEMS = 1
# Gaps and Retry-After are the pacer's: the browser's requests count too.
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.Robots": 100,
    "crawler.through.OwnHosts": 760,  # after Scrapy's cookies
    "crawler.pacing.PacingMiddleware": 880,
}

# Scrapy would take anyone's certificate for the site's.
DOWNLOAD_VERIFY_CERTIFICATES = True
# The environment's proxy is used where the configuration asks for it.
HTTPPROXY_ENABLED = False

DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.through.SiteHandler")
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A page that breaks off is tried again; it is never audited as if it were whole.
DOWNLOAD_FAIL_ON_DATALOSS = True
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # it names the address; the outcome is in the store
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
# Redirects are followed by the spider, one by one, inside the site's scope.
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
HTTPCACHE_ENABLED = False
# The page table is the frontier; nothing waits in Scrapy's own queue.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# It would run Python for anyone on this machine.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

LOG_LEVEL = "WARNING"
LOGSTATS_INTERVAL = 0
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
FEED_EXPORT_ENCODING = "utf-8"
