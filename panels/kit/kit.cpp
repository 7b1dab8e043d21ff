#include "panels/kit/Panel.h"
